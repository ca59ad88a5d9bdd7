"""The gallery at `/_components`: every component with sample data, never in production mode."""

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.web.pages import public, render_page
from marketplace.web.shell import NavLink

bp = Blueprint("components", __name__)

NAV = [
    ("Home", "/", "house", False, None),
    ("Rewards", "/rewards", "gift", True, None),
    ("Earn", "/earn", "trending-up", False, None),
    ("Approvals", "/approvals", "inbox", False, 3),
]
ME = [
    ("Redemptions", "/redemptions", "package", False, None),
    ("Points", "/points", "sparkles", False, None),
]
MANAGE = [
    ("Overview", "/manage", "gauge", True, None),
    ("People", "/manage/people", "users", False, None),
]

TIERS = [("Starter", 60), ("Explorer", 150), ("Achiever", 25), ("Voyager", 245), ("Summit", 300)]
AVAILABLE = 12_450
REWARDS = [
    ("Lisbon long weekend", "Individual travel · 3 nights", 48_000, 3, True),
    ("Atlas Outdoor gift card", "Gift card · €100", 10_000, 1, False),
    ("Trail backpack 24 L", "Merchandise", 8_900, 1, False),
    ("Northern lights, Tromsø", "Group trip · 5 days", 95_000, 4, False),
    ("Bridge builder badge", "Badge and certificate", 500, 0, False),
    ("Studio headphones", "Merchandise", 15_500, 2, False),
]


@bp.get("/_components")
@public
def show() -> ResponseReturnValue:
    """Show the gallery; `?theme=` and `?dir=` try the other appearances."""
    return render_page("components_page.html", **sample_shell(), **sample_content())


def sample_shell() -> dict[str, Any]:
    """What the app otherwise knows about the person and the place."""
    return {
        "theme": request.args.get("theme", "auto"),
        "direction": "rtl" if request.args.get("dir") == "rtl" else "ltr",
        "who": SimpleNamespace(
            name="Maya Lindqvist",
            points_available=AVAILABLE,
            points_held=5_000,
            points_expiring_soon=800,
        ),
        "nav": tuple(NavLink(*item) for item in NAV),
        "me_nav": tuple(NavLink(*item) for item in ME),
        "manage_nav": tuple(NavLink(*item) for item in MANAGE),
    }


def sample_content() -> dict[str, Any]:
    """Sample values for the components themselves."""
    return {
        "available": AVAILABLE,
        "tiers": TIERS,
        "rewards": [_reward(*reward) for reward in REWARDS],
        "timeline_items": TIMELINE,
        "tasks": TASKS,
        "columns": COLUMNS,
        "rows": ROWS,
        "standings": STANDINGS,
        "inbox": INBOX,
    }


def _reward(title: str, kind_line: str, points: int, tier: int, wished: bool) -> dict[str, Any]:
    return {
        "title": title,
        "kind_line": kind_line,
        "points": points,
        "tier": TIERS[tier][0],
        "tier_hue": TIERS[tier][1],
        "wished": wished,
    }


STANDINGS = [
    {"name": "Jonas Lind", "shown": "$43,500", "percent": 100, "is_mine": False},
    {"name": "Maya Lindqvist", "shown": "$41,200", "percent": 95, "is_mine": True},
    {"name": "Leo Martins", "shown": "$18,700", "percent": 43, "is_mine": False},
]
TIMELINE = [
    {
        "what": "You asked for the Lisbon long weekend",
        "who": "Maya Lindqvist",
        "when": "23 Nov 2026, 09:12",
        "at": "2026-11-23T09:12:00Z",
        "icon_name": "send",
        "note": "48,000 points are set aside.",
    },
    {
        "what": "Yes from Omar",
        "who": "Omar Haddad",
        "when": "23 Nov 2026, 10:40",
        "at": "2026-11-23T10:40:00Z",
        "tone": "ok",
    },
    {"what": "Wei Zhang decides about the travel", "when": "usually within 1 day", "is_next": True},
]
TASKS = [
    {"label": "You", "href": "/trips/tromso/registration/you", "status": "Done", "is_done": True},
    {
        "label": "Guest",
        "href": "/trips/tromso/registration/guest",
        "status": "Not started",
        "is_done": False,
        "hint": "Your guest gets a link of their own",
    },
    {
        "label": "Documents",
        "href": "/trips/tromso/registration/documents",
        "status": "Needed by 1 Dec",
        "is_done": False,
        "tone": "warn",
    },
]
COLUMNS = [
    {"key": "name", "label": "Person", "sort_href": "/_components?sort=name", "sort": "ascending"},
    {"key": "department", "label": "Department", "sort_href": "/_components?sort=department"},
    {"key": "state", "label": "State"},
    {"key": "points", "label": "Points", "numeric": True, "sort_href": "/_components?sort=points"},
]
ROWS = [
    {
        "id": 1,
        "name": "Maya Lindqvist",
        "department": "Marketing",
        "state": ("Active", "ok"),
        "points": 12_450,
    },
    {
        "id": 2,
        "name": "Tomás Ortega",
        "department": "Sales",
        "state": ("On leave", "info"),
        "points": 15_500,
    },
    {
        "id": 3,
        "name": "Amara Okafor",
        "department": "Sales",
        "state": ("Left", "neutral"),
        "points": 0,
    },
]
INBOX = [
    {
        "id": "R-2041",
        "href": "/_components?request=R-2041",
        "is_current": True,
        "name": "Priya Nair",
        "hue": 150,
        "title": "Lisbon long weekend",
        "amount": "48,000 pts",
        "age": "2 h",
    },
    {
        "id": "R-2042",
        "href": "/_components?request=R-2042",
        "is_current": False,
        "name": "Tomás Ortega",
        "hue": 25,
        "title": "Studio headphones",
        "amount": "15,500 pts",
        "age": "5 h",
    },
    {
        "id": "R-2043",
        "href": "/_components?request=R-2043",
        "is_current": False,
        "name": "Wei Zhang",
        "hue": 245,
        "title": "Dolomites hut to hut",
        "amount": "62,000 pts",
        "age": "1 d",
    },
]
