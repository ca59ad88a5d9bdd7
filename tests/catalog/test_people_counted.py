"""How many people fit is counted for all at once and says the same as asking each of them."""

import random
from datetime import date

import pytest

from catalog.audiences.clauses import Clause, Rule, in_order
from catalog.audiences.operations import audience_for, invite
from catalog.audiences.people import Reach, reach_of, shift_of
from catalog.audiences.queries import standing_of
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.kernel.db import transaction
from tests.support.catalog import put_tiers, stock_lisbon_trip
from tests.support.entitlements import won
from tests.support.ledger import GIVEN, give_points
from tests.support.people import actor, employ


@pytest.fixture
def crowd(priya, at):
    """A dozen people who differ in everything an audience may ask."""
    tier, trip = put_tiers()["summit"], stock_lisbon_trip()
    chance = random.Random(104)
    people = []
    for number in range(12):
        hired = chance.choice([None, date(2026, 11, 23), date(2025, 11, 23), date(2025, 11, 24)])
        people.append(
            employ(
                f"Person Nr{number}",
                department=chance.choice(["Sales", "Support"]),
                site=chance.choice(["Lisbon", "Oslo", ""]),
                country=chance.choice(["PT", "NO", None]),
                hired_on=hired,
                roles=chance.choice([(), (Role.FINANCE,), (Role.FINANCE, Role.ADMIN)]),
            )
        )
        if number % 3 == 0:
            give_points(people[-1], chance.choice([999, 1_000, 5_000]))
        if number % 4 == 0:
            with transaction():
                invite(priya, tier, people[-1], at=at)
    with transaction():
        prize = [won(people[1], variant_id=trip.variant_id)]
        grant_entitlements(GIVEN, prize, actor=Actor.system(), at=at)
    return people, tier, trip


def values_of(crowd):
    people, tier, trip = crowd
    departments = sorted({str(actor(one).department_id) for one in people})
    return {
        Attribute.DEPARTMENT: [*departments, "999999"],
        Attribute.SITE: ["Lisbon", "Oslo"],
        Attribute.COUNTRY: ["PT", "NO"],
        Attribute.OUTSIDE_COUNTRY: ["PT", "NO"],
        Attribute.ROLE: ["finance", "admin", "employee"],
        Attribute.TENURE_MONTHS: ["0", "1", "12", "99999999"],
        Attribute.POINTS_EARNED: ["0", "1000", "5000"],
        Attribute.PROGRAM: [str(GIVEN), "77"],
        Attribute.ENTITLEMENT: [str(trip.reward_id), "78"],
        Attribute.INVITATION: [str(tier), "79"],
    }


def counted_one_by_one(people, clauses, at):
    with transaction():
        audience = audience_for(clauses) or 0
    standings = [standing_of(actor(one), at) for one in people]
    sees = sum(audience not in one.hidden for one in standings)
    opens = sum(audience not in one.hidden and audience not in one.locked for one in standings)
    return sees, opens


def test_counting_all_says_the_same_as_asking_each(crowd, priya, at):
    everybody, values = [*crowd[0], priya.id], values_of(crowd)
    chance = random.Random(8)
    for _ in range(60):
        clauses = in_order(
            Clause(
                tuple(
                    Rule(attribute, chance.choice(values[attribute]))
                    for attribute in chance.choices(list(values), k=chance.randint(1, 3))
                ),
                chance.random() < 0.5,
            )
            for _ in range(chance.randint(1, 3))
        )
        reach = reach_of(clauses, on=at.date())
        assert (reach.sees, reach.opens) == counted_one_by_one(everybody, clauses, at), clauses


def test_a_shift_says_how_many_gain_and_how_many_lose(crowd, at):
    sales = (Clause((Rule(Attribute.SITE, "Lisbon"),)),)
    oslo = (Clause((Rule(Attribute.SITE, "Oslo"),)),)
    shift = shift_of(sales, oslo, on=at.date())
    assert (shift.gains, shift.loses) == (shift.after.opens, shift.before.opens)
    assert shift.is_felt
    assert not shift_of(sales, sales, on=at.date()).is_felt
    assert reach_of((), on=at.date()) == Reach(13, 13, 13)
