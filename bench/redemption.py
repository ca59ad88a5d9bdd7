"""Requests over HTTP, beside the very same statements said by plain connections.

Everybody wants the same gift card, so its stock is the hot row that a launch makes of it: first one
that nobody has to approve, then one that the manager of all of them has to. What is timed is one
sending of the check page's form, from the first byte to the 303; every client has the page open
already and is somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import click
import sqlalchemy as sa

from bench.browsing import Asking, form_in, with_new
from bench.cast import Visitor, cast
from bench.crowd import Rush, Tally, rush
from bench.house import House
from bench.recording import Take, listening, script_of
from bench.replaying import Replaying
from bench.report import Report
from bench.server import serving
from catalog import operations
from catalog.models import VariantStock
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.states import Kind, LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import PREDICATES, ledger_violations
from marketplace.ledger.models import Hold
from marketplace.ledger.states import HoldState
from redemption.approvals.gates import in_order
from redemption.approvals.operations.policies import Terms, add_policy, ensure_default_policies
from redemption.approvals.states import Asks

STARTER, EXPLORER = "starter", "explorer"
PRICE, EACH_MAY, STOCK = 50, 10_000, 10**9
REHEARSALS = (1, 2, 0)  # one to warm up, two to compare; not in order, so that ids tell apart


@dataclass(frozen=True, slots=True)
class Card:
    """What everybody wants; policies look at its tier."""

    slug: str
    name: str
    tier: str
    said: str

    @property
    def path(self) -> str:
        """Its check page."""
        return f"/rewards/{self.slug}/redeem"


CARDS = (
    Card("coffee-card", "Coffee card", STARTER, "approved at once"),
    Card("city-card", "City card", EXPLORER, "waiting for a manager"),
)


@dataclass(frozen=True, slots=True)
class Load:
    """How hard it is pushed."""

    clients: Sequence[int]
    seconds: float
    most: int
    workers: int


def measure(house: House, load: Load) -> Report:
    """Requests a second with each number of clients, then the proof that all add up."""
    floor_is = "the same statements by plain connections, as many of them, without web or objects"
    report = Report("redemption", house.engine_name, floor_is)
    number = max(load.clients) + len(REHEARSALS)
    visitors = cast(house, number, points=2 * PRICE * EACH_MAY, are_led=True)
    _furnish()
    _spread_ids(house)
    for card in CARDS:
        _measure_one(house, load, report, card, visitors)
    _prove(report)
    return report


def _measure_one(
    house: House, load: Load, report: Report, card: Card, visitors: list[Visitor]
) -> None:
    at = clock.now()
    _warm, take, other = [_rehearse(house, visitors[n], card, at) for n in REHEARSALS]
    visitors = visitors[len(REHEARSALS) :]
    owns = tuple(_own(visitor) for visitor in visitors)
    floor = Replaying(house.plain_url, script_of(take, other), owns)
    report.facts[f"statements a request, {card.said}"] = take.statements
    house.gather_statistics()
    with serving(house, workers=load.workers) as port:
        asking = Asking(port, card.path, tuple(visitor.cookie for visitor in visitors))
        rush(asking, Rush(min(2, max(load.clients)), 1, 5), house.environment)
        for number in load.clients:
            each = Rush(number, load.seconds, max(1, load.most // number))
            asked = rush(asking, each, house.environment)
            least = rush(floor, each, house.environment)
            _add(report, f"{card.said}, {number} clients", asked, least)


def _add(report: Report, what: str, asked: Tally, least: Tally) -> None:
    report.add(
        what,
        asked.values("redemptions"),
        least.values("redemptions"),
        least.per_second / max(asked.per_second, 1e-9),
    )
    wrong = {outcome: n for outcome, n in asked.outcomes.items() if outcome != "303"}
    if wrong:
        report.missed.append(f"Not every request succeeded ({what}): {wrong}")


def _furnish() -> None:
    """Two gift cards of which there are plenty, and the policies: one of a tier's own besides."""
    at, system = clock.now(), Actor.system()
    with transaction():
        ensure_default_policies(at=at)
        operations.put_tier(STARTER, name="Starter", hue=60, icon="sprout", position=0)
        operations.put_tier(EXPLORER, name="Explorer", hue=150, icon="compass", position=1)
        asks = Terms("Explorer needs the manager", in_order(Asks.MANAGER), tiers=(EXPLORER,))
        add_policy(system, "explorer", asks, at=at)
        for card in CARDS:
            _stock(card, at)


def _stock(card: Card, at: datetime) -> None:
    system = Actor.system()
    text = RewardText(
        name=card.name,
        tier_slug=card.tier,
        brand="Harbor Coffee",
        summary="A good cup, wherever you are.",
        limit_per_person=EACH_MAY,
        limit_period=LimitPeriod.YEAR,
    )
    art = {"kind": "gift_card", "hue": 30, "icon": "gift"}
    new = NewReward(kind=Kind.GIFT_CARD, text=text, art=art, slug=card.slug)
    reward_id = operations.create_reward(system, new, at=at)
    variant = NewVariant(label="€5", points=PRICE, cash_minor=500, currency="EUR", capacity=STOCK)
    operations.add_variant(system, reward_id, variant, at=at)
    operations.publish_reward(system, reward_id, at=at)


def _spread_ids(house: House) -> None:
    """Let no two tables count alike, so that a recorded id tells which table it is of.

    SQLite has no sequences to move; there one writer at a time keeps all tables in step anyway.
    """
    if house.settings.is_sqlite:
        return
    with house.writing() as connection:
        names = connection.scalars(
            sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        for number, name in enumerate(names, start=1):
            move = sa.text("SELECT setval(CAST(:name AS regclass), :start)")
            connection.execute(move, {"name": f'public."{name}"', "start": number * 1_000_000})


def _own(visitor: Visitor) -> dict[str, int | str]:
    return {"employee_id": visitor.employee_id, "session_hash": visitor.session_hash}


def _rehearse(house: House, visitor: Visitor, card: Card, at: datetime) -> Take:
    """One request inside this process, to hear its statements; the clock stands still for it."""
    engine = house.engine

    def rehearse() -> Take:
        browser = house.app.test_client(use_cookies=False)
        page = browser.get(card.path, headers={"Cookie": visitor.cookie})
        form = form_in(page.text)
        cookie = with_new(visitor.cookie, page.headers.getlist("Set-Cookie"))
        with listening(engine, **_own(visitor)) as take:
            answer = browser.post(
                form.action or card.path, data=form.fields, headers={"Cookie": cookie}
            )
        if answer.status_code != 303:
            raise click.ClickException(f"The request was answered with {answer.status}.")
        return take

    with clock.stepped(at):
        return house.as_a_server(rehearse)


def _prove(report: Report) -> None:
    """The ledger check is clean, and what stock lost is what holds set aside.

    Only the words of requests are not looked at: those that the floor wrote name somebody else.
    """
    ids = [one for one in PREDICATES if one != "I39-words"]
    if found := ledger_violations(ids):
        raise click.ClickException(f"The check found violations: {found[:3]}")
    taken = session().scalar(sa.select(sa.func.sum(VariantStock.reserved + VariantStock.sold)))
    paid = session().scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Hold.amount), 0)).where(
            Hold.state.in_([HoldState.OPEN, HoldState.CAPTURED])
        )
    )
    if (taken or 0) * PRICE != paid:
        raise click.ClickException(f"{taken} cards are gone, and {paid} points were set aside.")
    report.facts |= {"cards taken, each paid": int(taken or 0), "violations": 0}
