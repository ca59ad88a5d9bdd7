"""A lock says in words what opens it: briefly on a card, with days and figures on a page."""

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.audiences.clauses import Clause, Lock, Rule
from catalog.audiences.names import Named, choices_of, names_in, names_of
from catalog.audiences.queries import standing_of
from catalog.queries.lock_facts import LockFacts, lock_facts
from catalog.states import AudienceAttribute as Attribute
from catalog.views.locks import brief, explained, months_after
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Department
from tests.support.catalog import put_tiers, stock_reward
from tests.support.ledger import GIVEN, give_points
from tests.support.people import actor, employ
from tests.support.programs import run_program


def clause(*rules):
    return Clause(tuple(Rule(*rule) for rule in rules), is_shown_locked=True)


def lock(*clauses):
    return Lock(tuple(clauses))


TENURE, POINTS = (Attribute.TENURE_MONTHS, "12"), (Attribute.POINTS_EARNED, "20000")
INVITED, WON = (Attribute.INVITATION, "7"), (Attribute.ENTITLEMENT, "5")


@pytest.mark.parametrize(
    ("clauses", "said"),
    [
        ([clause(TENURE)], "After 12 months here"),
        ([clause((Attribute.TENURE_MONTHS, "1"))], "After 1 month here"),
        ([clause(POINTS)], "From 20,000 points earned"),
        ([clause(INVITED)], "By invitation"),
        ([clause(WON)], "For winners"),
        ([clause((Attribute.PROGRAM, "9"))], "With points of a program"),
        ([clause((Attribute.SITE, "Oslo"))], "In Oslo"),
        (
            [clause((Attribute.COUNTRY, "NA"), (Attribute.COUNTRY, "PT"))],
            "In Namibia or Portugal",
        ),
        ([clause((Attribute.ROLE, "finance"))], "For people with the role Finance"),
        ([clause((Attribute.DEPARTMENT, "9"))], "For certain departments"),
        ([clause(INVITED, POINTS)], "From 20,000 points earned or by invitation"),
        ([clause(INVITED, POINTS, TENURE)], "From 20,000 points earned, or 2 other ways"),
        ([clause(POINTS), clause(TENURE)], "From 20,000 points earned, and after 12 months here"),
        ([clause(POINTS), clause(TENURE), clause(WON)], "From 20,000 points earned, and more"),
    ],
)
def test_a_card_says_very_shortly_what_opens_it(clauses, said):
    assert brief(lock(*clauses)) == said


def test_a_card_names_the_program_and_the_department(maya, at):
    give_points(maya.id, 100)
    sales = employ("Leo Martins", department="Sales")
    sales_id = actor(sales).department_id
    asked = lock(
        clause((Attribute.PROGRAM, str(GIVEN))), clause((Attribute.DEPARTMENT, str(sales_id)))
    )
    names = names_in([asked.clauses])
    assert brief(asked, names) == "With points of Given 1000000, and for Sales"


def test_a_page_says_the_day_and_what_is_still_to_earn(at):
    stock, tier = stock_reward(), put_tiers()["explorer"]
    newcomer = actor(employ("Tom Short", hired_on=date(2026, 3, 31)))
    give_points(newcomer.id, 12_400)
    with transaction():
        operations.open_to({Attribute.TENURE_MONTHS: ["11"]}, reward_id=stock.reward_id, at=at)
        operations.open_to({Attribute.POINTS_EARNED: ["20000"]}, tier_id=tier, at=at)
    offer = queries.offer(newcomer, stock.variant_id, at=at)
    said = explained(offer.lock, lock_facts(newcomer, offer.lock))
    assert said == [
        (
            "Opens from 20,000 points ever earned: you have earned 12,400, so 7,600 to go.",
            "/earn",
        ),
        ("And it opens on 1 Mar 2027, after 11 months here.", None),
    ]


def test_the_ways_of_one_clause_are_joined_by_or(at):
    tier = put_tiers()["summit"]
    asked = lock(clause((Attribute.INVITATION, str(tier)), POINTS, WON))
    facts = LockFacts(names_in([asked.clauses]))
    assert [sentence for sentence, _ in explained(asked, facts)] == [
        "Opens from 20,000 points ever earned.",
        "Or by invitation to Summit: managers send them.",
        "Or to people who won it in a program.",
    ]


def test_without_a_day_of_hire_the_page_says_whom_to_ask(at):
    unknown = actor(employ("Uma Unknown", hired_on=None))
    asked = lock(clause(TENURE))
    ((sentence, _),) = explained(asked, lock_facts(unknown, asked))
    assert "don't know since when you work here" in sentence


def test_a_program_is_linked_once_people_may_open_it(maya, at):
    program_id = run_program()
    asked = lock(clause((Attribute.PROGRAM, str(program_id))))
    ((sentence, path),) = explained(asked, lock_facts(maya, asked))
    named = names_of([Rule(Attribute.PROGRAM, str(program_id))])
    assert sentence == f"Opens with points of {next(iter(named.values())).name}."
    assert path.startswith("/programs/")
    assert names_of([Rule(Attribute.PROGRAM, "999999")]) == {}


def test_a_program_of_another_department_is_named_but_not_linked():
    only_theirs = Named("9", "Spring contest", "/programs/spring", frozenset({4}))
    assert only_theirs.path_for(4) == "/programs/spring"
    assert only_theirs.path_for(5) is None


@pytest.mark.parametrize("hired", [date(2024, 1, 31), date(2024, 2, 29), date(2025, 11, 23)])
@pytest.mark.parametrize("number", [1, 12, 13])
def test_the_day_said_is_the_first_on_which_it_is_open(at, hired, number):
    stock = stock_reward()
    somebody = actor(employ("Ada Long", hired_on=hired))
    with transaction():
        rules = {Attribute.TENURE_MONTHS: [str(number)]}
        operations.open_to(rules, reward_id=stock.reward_id, at=at)
    opens = datetime.combine(months_after(hired, number), time(0), at.tzinfo)
    assert standing_of(somebody, opens).locked == {}
    assert standing_of(somebody, opens - timedelta(days=1)).locked != {}


def test_a_lock_asks_nothing_of_the_database_where_there_is_none(maya, at):
    assert lock_facts(maya, None) == LockFacts()


def test_what_there_is_to_choose_comes_from_the_people_who_are_here(maya, priya, at):
    employ("Nelao Shikongo", country="NA", site="Windhoek")
    assert [one.name for one in choices_of(Attribute.COUNTRY)] == ["Namibia", "United States"]
    assert [one.name for one in choices_of(Attribute.SITE)] == ["Lisbon", "Windhoek"]
    known = set(session().scalars(sa.select(Department.name)))
    assert {one.name for one in choices_of(Attribute.DEPARTMENT)} == known
