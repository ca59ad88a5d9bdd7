"""Who can see, have and afford what: counted for all at once, and the same as asking each."""

import random
import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.audiences.clauses import Clause, Rule, in_order
from catalog.models import Tier
from catalog.operations import NewPrice, plan_price
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.reach import fairness
from catalog.reach.counting import ask_for_report, count_report
from catalog.reach.fairness import Earner, cost_of, months_for, months_word, typical_of_all
from catalog.reach.models import ReachReport, RewardReach
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel.db import session, transaction
from tests.support.browsing import hidden_fields, read
from tests.support.catalog import put_tiers, stock_reward
from tests.support.ledger import GIVEN, give_points
from tests.support.people import actor, employ


@pytest.fixture
def desk(priya, sign_in):
    return sign_in(priya.id)


def counted(at):
    session().close()
    count_report(at=at)
    return {row.reward_id: row for row in session().scalars(sa.select(RewardReach))}


def crowd(number, chance):
    """People who differ in what audiences ask, and in what they have."""
    for one in range(number):
        person = employ(
            f"Person Nr{one}",
            department=chance.choice(["Sales", "Support"]),
            site=chance.choice(["Lisbon", "Oslo", ""]),
            country=chance.choice(["PT", "NO", None]),
            hired_on=chance.choice([None, date(2026, 11, 23), date(2025, 11, 23)]),
            roles=chance.choice([(), (Role.FINANCE,)]),
        )
        if one % 2 == 0:
            give_points(person, chance.choice([900, 1_000, 5_000]))
        yield actor(person)


def test_the_report_says_the_same_as_everybodys_own_shelf(at):
    chance = random.Random(104)
    people = list(crowd(14, chance))
    values = {
        Attribute.DEPARTMENT: [str(people[0].department_id), "999"],
        Attribute.SITE: ["Lisbon", "Oslo"],
        Attribute.COUNTRY: ["PT"],
        Attribute.OUTSIDE_COUNTRY: ["PT", "NO"],
        Attribute.ROLE: ["finance", "employee"],
        Attribute.TENURE_MONTHS: ["0", "12", "9999999"],
        Attribute.POINTS_EARNED: ["0", "950", "4000"],
        Attribute.PROGRAM: [str(GIVEN), "7"],
    }

    def some_clauses():
        return in_order(
            Clause(
                tuple(
                    Rule(attribute, chance.choice(values[attribute]))
                    for attribute in chance.choices(list(values), k=chance.randint(1, 2))
                ),
                chance.random() < 0.5,
            )
            for _ in range(chance.randint(0, 2))
        )

    with transaction():
        for tier_id in list(put_tiers().values())[:2]:
            operations.open_to(some_clauses(), tier_id=tier_id, at=at)
    for number in range(12):
        tier = chance.choice(["starter", "explorer", "summit"])
        stock = stock_reward(f"Thing {number}", points=chance.choice([900, 950, 5_000]), tier=tier)
        with transaction():
            operations.open_to(some_clauses(), reward_id=stock.reward_id, at=at)
            if number % 4 == 0:
                new = NewPrice(points=1_000, country="PT")
                plan_price(Actor.system(), stock.variant_id, new, at=at)
    rows = counted(at)
    wanted = {one: [0, 0, 0] for one in rows}
    for person in people:
        has = _available(person, at)
        page = queries.storefront(reader_of(person, at), StoreFilters(), available=has)
        names = [card.name for card in page.cards]
        assert len(names) == len(set(names))
        for card in page.cards:
            wanted[card.reward_id][0] += 1
            wanted[card.reward_id][1] += card.lock is None
            wanted[card.reward_id][2] += card.is_within_reach(has)
    assert {one: [row.sees, row.opens, row.affords] for one, row in rows.items()} == wanted
    assert any(numbers[1] != numbers[0] for numbers in wanted.values())


def _available(person, at):
    from marketplace.ledger.queries import points_of

    return points_of(person.id, at=at).available


def test_rewards_nobody_gets_are_named_with_what_to_do(desk, maya, time, at):
    give_points(maya.id, 1_000)
    cases = {
        "Fine": "",
        "Unseen": "nobody_sees",
        "Locked": "nobody_opens",
        "Too dear": "nobody_affords",
    }
    ids = {name: stock_reward(name, points=900).reward_id for name in cases}
    with transaction():
        operations.open_to({Attribute.SITE: ["Atlantis"]}, reward_id=ids["Unseen"], at=at)
        operations.open_to({Attribute.POINTS_EARNED: ["5000"]}, reward_id=ids["Locked"], at=at)
    ids["Too dear"] = stock_reward("Castle", points=99_000).reward_id
    found = counted(at)
    assert {found[ids[name]].dead for name in ("Unseen", "Locked", "Too dear")} == {
        "nobody_sees",
        "nobody_opens",
        "nobody_affords",
    }
    page = read(desk, "/manage/catalog/report?dead=nobody_sees")
    assert "Unseen" in page
    assert "Widen who it is for, or retire it." in page
    assert "Castle" not in page


def test_what_is_sold_out_for_a_month_and_what_nobody_took_is_dead(maya, at):
    give_points(maya.id, 10_000)
    gone = stock_reward("Last mug", points=900, capacity=1)
    with transaction():
        operations.reserve_stock(gone.variant_id, 1, at=at - timedelta(days=31))
        operations.sell_reserved(gone.variant_id, 1)
    dusty = stock_reward("Dusty", points=900)
    rows = counted(at)
    assert rows[gone.reward_id].dead == "sold_out"
    assert rows[dusty.reward_id].dead == "not_taken"  # published in January


def test_what_people_took_counts_and_keeps_a_reward_alive(maya, at):
    from tests.support.redemption import ask_for

    stock = stock_reward("Mug", points=900)
    give_points(maya.id, 10_000)
    ask_for(maya, stock)
    row = counted(at)[stock.reward_id]
    assert (row.taken, row.dead) == (1, "")
    assert row.last_taken_at == at


def test_the_report_is_counted_by_a_job_and_says_as_of_when(desk, queue, maya, at):
    stock_reward("Mug", points=900)
    page = read(desk, "/manage/catalog/report")
    assert "Nothing is counted yet" in page
    asked = desk.post("/manage/catalog/report/count", data=hidden_fields(page))
    assert asked.status_code == 303
    waiting = read(desk, "/manage/catalog/report")
    assert "It waits for its turn." in waiting
    queue.run_due()
    page = read(desk, "/manage/catalog/report")
    assert "for 3 people at work" in page
    assert "Mug" in page
    assert "new count is on its way" not in page


def test_before_the_first_count_priya_is_sent_to_no_filters(desk, queue, at):
    stock_reward("Mug", points=900)
    page = read(desk, "/manage/catalog/report")
    assert "Count now" in page
    assert "Take a filter away" not in page
    assert "Show results" not in page


def test_it_is_not_counted_twice_at_once_but_again_after_an_hour(priya, at):
    with transaction():
        assert ask_for_report(priya, at=at)
        assert not ask_for_report(priya, at=at + timedelta(minutes=59))
        assert ask_for_report(priya, at=at + timedelta(minutes=61))


def test_counting_again_leaves_one_row_a_reward(maya, at):
    stock_reward()
    assert len(counted(at)) == len(counted(at)) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(ReachReport)) == 1


def test_it_is_sorted_and_narrowed_by_the_address(desk, maya, at):
    for number in range(52):
        stock_reward(f"Mug {number:02}", points=900 + number)
    counted(at)
    for sort in ("name", "points", "sees", "opens", "affords", "taken", "x'--"):
        first = read(desk, f"/manage/catalog/report?sort={sort}&order=down")
        second = read(desk, f"/manage/catalog/report?sort={sort}&order=down&page=2")
        assert (first.count("/audience"), second.count("/audience")) == (50, 2), sort
    for odd in ("page=x", "page=0", "tier=none", "dead=x", "order=x", "page=999999"):
        assert desk.get(f"/manage/catalog/report?{odd}").status_code == 200


def test_the_report_is_taken_along_as_a_file(desk, maya, at):
    stock_reward("=Mug", points=900)
    counted(at)
    csv = desk.get("/manage/catalog/report/csv")
    assert "'=Mug,Explorer,900,3,3,0,0,," in csv.text
    book = ZipFile(BytesIO(desk.get("/manage/catalog/report/xlsx").data))
    assert b"<v>900</v>" in book.read("xl/worksheets/sheet1.xml")
    assert desk.get("/manage/catalog/report/pdf").status_code == 404


def test_priya_takes_the_report_along_in_the_order_she_reads_it(desk, maya, at):
    for number in range(3):
        stock_reward(f"Mug {number}", points=900 + number)
    counted(at)
    page = read(desk, "/manage/catalog/report?sort=points&order=down&tier=explorer")
    address = re.search(r'href="(/manage/catalog/report/csv[^"]*)"', page)[1]
    rows = desk.get(address.replace("&amp;", "&")).text.splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == ["Mug 2", "Mug 1", "Mug 0"]


def test_two_tiers_of_one_name_and_color_stay_two(desk, maya, at):
    stock_reward("Mug", points=900)
    stock_reward("Trip", points=9_000, tier="summit")
    with transaction():
        session().execute(sa.update(Tier).values(name="Tier", hue=9))
    counted(at)
    tiers = session().get(ReachReport, 1).fairness["tiers"]
    assert [(one["number"], one["median"]) for one in tiers] == [(1, 900), (1, 9_000)]


def test_a_tier_may_be_called_like_a_column(desk, maya, at):
    stock_reward("Mug", points=900)
    with transaction():
        session().execute(sa.update(Tier).where(Tier.slug == "explorer").values(name="number"))
    for number in range(5):
        give_points(employ(f"Seller Nr{number}", department="Sales"), 1_200)
    counted(at)
    assert "9 months" in read(desk, "/manage/catalog/report/fairness")


def test_fairness_says_months_of_typical_earning_and_nothing_of_few_people():
    earners = [Earner("Sales", "Portugal", 1_000.0)] * 5 + [
        Earner("Support", "Portugal", 100.0)
    ] * 4
    groups = {one.name: one for one in typical_of_all(earners)}
    assert groups["Sales"].median == 1_000
    assert (groups["Support"].number, groups["Support"].median) == (4, None)
    assert groups["Portugal"].number == 9
    assert months_word(months_for(9_000, groups["Sales"].median)) == "9 months"
    assert months_word(months_for(1, 1_000)) == "1 month"
    assert months_word(months_for(9_000, 0)) == "not at this pace"
    assert months_word(months_for(10**9, 1)) == "more than 10 years"
    assert cost_of("Summit", 300, [5, 1, 3]).median == 3
    assert cost_of("Summit", 300, [9_000, 1_000]).median == 5_000


def test_the_fairness_page_shows_no_figure_of_fewer_than_five(desk, maya, at):
    stock_reward("Mug", points=900)
    for number in range(5):
        give_points(employ(f"Seller Nr{number}", department="Sales"), 1_200)
    counted(at)
    page = read(desk, "/manage/catalog/report/fairness")
    assert "Sales" in page
    assert "9 months" in page
    assert "Under 5" in page
    kept = session().get(ReachReport, 1).fairness["groups"]
    assert all(one["median"] is None for one in kept if one["number"] < fairness.FEWEST)


def test_fairness_counts_the_days_people_were_here_and_the_price_for_everywhere(priya, at):
    """Five sellers of 73 days had 2.4 months to earn in, on whichever day of a month they came."""
    mug = stock_reward("Mug", points=900)
    with transaction():
        plan_price(priya, mug.variant_id, NewPrice(points=90, country="PT"), at=at)
    for number in range(5):
        came = at.date() - timedelta(days=73)
        give_points(employ(f"Seller Nr{number}", department="Sales", hired_on=came), 2_400)
    counted(at)
    groups, (tier,) = fairness.read(session().get(ReachReport, 1).fairness)
    assert [one.median for one in groups if one.name == "Sales"] == [1_000]
    assert (tier.lowest, tier.median, tier.highest) == (900, 900, 900)


def test_employees_may_not_read_it(maya, sign_in, at):
    client = sign_in(maya.id)
    for path in ("", "/fairness", "/csv"):
        assert client.get(f"/manage/catalog/report{path}").status_code == 403
