"""The people of the demo, and what points are worth where they live."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.ledger.operations.values import set_point_value
from marketplace.ledger.worth import PointValue
from marketplace.people.operations.employment import (
    NewEmployee,
    assign_manager,
    employ,
    grant_role,
)
from marketplace.people.operations.sign_in import set_password
from marketplace.people.passwords import hash_password

DOMAIN = "evergreen.example"
PASSWORD = "evergreen-laurel-demo"  # noqa: S105  the demo's own, printed at its start
ANY_DAY = date(2015, 1, 1)

# What 100 points are worth, in minor units.
WORTH = (
    ("PT", "EUR", 100),
    ("ES", "EUR", 100),
    ("DE", "EUR", 100),
    ("GB", "GBP", 85),
    ("US", "USD", 110),
    ("JP", "JPY", 160),
    ("IN", "INR", 9000),
)


def demo_people() -> list[dict[str, Any]]:
    """The facts of every person of the demo."""
    text = Path(__file__).with_name("people.toml").read_text("utf-8")
    return tomllib.loads(text)["people"]


def load_people(at: datetime) -> dict[str, int]:
    """Employ everybody, then say who reports to whom; ids by handle."""
    system, people = Actor.system(), demo_people()
    ids = {facts["handle"]: employ(_new_employee(facts), actor=system, at=at) for facts in people}
    for facts in people:
        if manager := facts.get("manager"):
            assign_manager(ids[facts["handle"]], ids[manager], actor=system, at=at)
        for role in facts.get("roles", ()):
            grant_role(ids[facts["handle"]], Role(role), actor=system, at=at)
    for facts in personas():
        hashed = hash_password(PASSWORD)
        set_password(ids[facts["handle"]], hashed, actor_id=None, at=at)
    return ids


def load_point_values() -> None:
    """Let 100 points be worth about a euro everywhere."""
    for country, currency, minor in WORTH:
        value = PointValue(country=country, currency=currency, minor=minor, per_points=100)
        set_point_value(value, valid_from=ANY_DAY)


def personas() -> list[dict[str, Any]]:
    """The people somebody may try the demo as."""
    return [facts for facts in demo_people() if "persona" in facts]


def _new_employee(facts: dict[str, Any]) -> NewEmployee:
    return NewEmployee(
        external_id=facts["handle"],
        name=facts["name"],
        email=f"{facts['handle']}@{DOMAIN}",
        title=facts["title"],
        department=facts["department"],
        site=facts["site"],
        country=facts["country"],
        hired_on=facts["hired_on"],
        birthday=tuple(facts["birthday"]) if "birthday" in facts else None,
    )
