"""Priya looks at the catalog as Maya: the same things in the same order, and nothing happens."""

import re

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.models import MemberUsage
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.states import AudienceAttribute as Attribute
from catalog.states import Kind, LimitPeriod
from marketplace.access import roles
from marketplace.access.roles import Permission, Role
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.ledger.operations import set_point_value
from marketplace.ledger.queries import PointValue
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from tests.support.browsing import read
from tests.support.catalog import (
    IN_MAY,
    add_variant,
    put_tiers,
    stock_badge,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.ledger import give_points
from tests.support.people import employ


@pytest.fixture
def desk(priya, sign_in):
    return sign_in(priya.id)


def looked_at(page):
    """What stands inside the frame."""
    return page.split('class="preview-frame', 1)[1].split("</main>")[0]


def names_on(page):
    return re.findall(r'reward-card__title"><a [^>]*>([^<]+)</a>', looked_at(page))


def headings_in(page):
    headings = re.findall(r"<h[23]\b[^>]*>(.*?)</h[23]>", page, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", heading).strip() for heading in headings]


def test_the_shelf_is_the_one_the_person_sees(desk, maya, at):
    put_tiers()
    for name, points in (("Mug", 900), ("Tent", 4_000), ("Kayak", 9_000)):
        stock_reward(name, points=points)
    hidden = stock_reward("Only for Oslo")
    give_points(maya.id, 5_000)
    with transaction():
        operations.open_to({Attribute.SITE: ["Oslo"]}, reward_id=hidden.reward_id, at=at)
    page = read(desk, f"/manage/catalog/preview/{maya.id}/rewards")
    theirs = queries.storefront(reader_of(maya, at), StoreFilters(), available=5_000)
    assert names_on(page) == [card.name for card in theirs.cards]
    assert "You are looking as Maya Chen." in page
    assert "They have 5,000 points to spend." in page
    assert "Nothing can be asked for here" in page


def test_what_does_not_exist_for_them_does_not_exist_in_the_preview(desk, maya, at):
    hidden = stock_reward("Only for Oslo")
    with transaction():
        operations.open_to({Attribute.SITE: ["Oslo"]}, reward_id=hidden.reward_id, at=at)
    assert desk.get(f"/manage/catalog/preview/{maya.id}/rewards/{hidden.slug}").status_code == 404
    assert desk.get(f"/manage/catalog/preview/999999/rewards/{hidden.slug}").status_code == 404


def test_filters_and_pages_stay_inside(desk, maya, at):
    for number in range(26):
        stock_reward(f"Mug {number:02}", points=900 + number)
    stock_badge()
    here = f"/manage/catalog/preview/{maya.id}/rewards"
    page = read(desk, f"{here}?kind=merchandise&sort=points")
    inside = looked_at(page)
    links = set(re.findall(r'(?:href|action)="([^"]+)"', inside))
    assert {link for link in links if not link.startswith((here, "#"))} == set()
    more = next(link for link in links if "after=" in link).replace("&amp;", "&")
    assert len(names_on(read(desk, more))) == 2
    badge = read(desk, f"{here}?kind=badge")
    assert names_on(badge) == ["Bridge builder badge"]
    assert "Nothing matches" in read(desk, f"{here}?q=zeppelin")


def test_every_button_is_inert(desk, maya, at):
    stock = stock_reward(points=900)
    add_variant(stock.reward_id, "Large", points=1_200)
    give_points(maya.id, 5_000)
    page = looked_at(read(desk, f"/manage/catalog/preview/{maya.id}/rewards/{stock.slug}"))
    assert "Get this for 900 points" in page
    assert "/redeem" not in page
    assert 'href="/' not in page.replace('href="/manage/catalog/preview/', "")
    assert not re.search(r'<form[^>]*method="post"[^>]*>(?!<fieldset disabled>)', page)
    large = re.search(r'name="variant" value="(\d+)"[^>]*>\s*<label[^>]*>Large', page)[1]
    chosen = read(desk, f"/manage/catalog/preview/{maya.id}/rewards/{stock.slug}?variant={large}")
    assert "1,200" in chosen


def test_forms_that_write_are_disabled_wherever_they_come_from(app):
    from catalog.preview import frames

    asks = '<form method="get" action="/x"></form>'
    text = f'<form method="post" action="/wishes"><button>Wish</button></form>{asks}'
    still = frames._closed(frames._WRITES.sub(r"\1<fieldset disabled>", text))
    assert still.count("<fieldset disabled>") == still.count("</fieldset>") == 1
    assert still.index("</fieldset>") < still.index("</form>")


def test_nothing_can_be_sent_in_a_preview(desk, maya, at):
    stock = stock_reward()
    for path in ("", f"/{maya.id}/home", f"/{maya.id}/rewards", f"/{maya.id}/rewards/{stock.slug}"):
        assert desk.post(f"/manage/catalog/preview{path}").status_code in {400, 405}
    assert (
        desk.get(f"/manage/catalog/preview/{maya.id}/rewards/{stock.slug}/redeem").status_code
        == 404
    )


def test_home_shows_what_stands_on_theirs(desk, maya, at):
    stock_reward("Mug", points=900)
    stock_lisbon_trip()
    give_points(maya.id, 1_000)
    page = read(desk, f"/manage/catalog/preview/{maya.id}/home")
    assert names_on(page) == ["Mug"]
    assert "Lisbon long weekend" in looked_at(page)


def test_priya_is_told_that_what_stands_there_is_no_goal_maya_chose(desk, maya, at):
    stock_reward("Mug", points=900)
    home = f"/manage/catalog/preview/{maya.id}/home"
    assert "A goal that somebody chose is theirs alone" in looked_at(read(desk, home))
    give_points(maya.id, 1_000)  # nothing is ahead of her any more
    assert "A goal that somebody chose" not in looked_at(read(desk, home))


@pytest.mark.parametrize("points", [1_000, 10])
def test_home_in_the_preview_has_the_headings_maya_reads(desk, maya, sign_in, at, points):
    stock_reward("Mug", points=900)
    for name in ("Lisbon", "Oslo", "Porto"):
        leaving = {"departure": IN_MAY}
        stock_reward(name, kind=Kind.GROUP_TRIP, points=48_000, variant=leaving, is_featured=True)
    give_points(maya.id, points)
    own = headings_in(read(sign_in(maya.id), "/"))
    shown = headings_in(looked_at(read(desk, f"/manage/catalog/preview/{maya.id}/home")))
    assert shown == [words for words in own if words != "Latest points"]
    assert "Trips worth a goal" in shown


def test_points_are_worth_what_they_are_where_maya_lives(desk, priya, maya, at):
    mug = stock_reward("Mug", points=1_900)
    give_points(maya.id, 1_000)
    with transaction():
        set_point_value(PointValue("PT", "EUR", 1, 1), valid_from=at.date())
        set_point_value(PointValue("GB", "GBP", 2, 1), valid_from=at.date())
        session().execute(sa.update(Employee).where(Employee.id == maya.id).values(country="PT"))
        session().execute(sa.update(Employee).where(Employee.id == priya.id).values(country="GB"))
    shown = looked_at(read(desk, f"/manage/catalog/preview/{maya.id}/rewards/{mug.slug}"))
    assert "You have 1,000 points, about €10 to spend" in shown
    assert "£" not in shown


def test_looking_is_kept_in_the_log_once_an_hour_and_changes_nothing_else(
    desk, priya, maya, time, at
):
    stock_reward()
    path = f"/manage/catalog/preview/{maya.id}/rewards"
    before = _counts()
    read(desk, path)
    read(desk, path + "?q=tent")
    session().close()
    deeds = session().execute(
        sa.select(AuditEntry.actor_id, AuditEntry.subject).where(
            AuditEntry.action == "catalog.preview"
        )
    )
    assert [tuple(deed) for deed in deeds] == [(priya.id, f"employee:{maya.id}")]
    after = _counts()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"audit_entries"}


def _counts():
    session().close()
    tables = MemberUsage.metadata.tables.items()
    return {
        name: session().scalar(sa.select(sa.func.count()).select_from(table))
        for name, table in tables
        if name != "sessions"
    }


def test_what_they_had_before_is_not_told(desk, maya, at):
    stock = stock_reward(limit_per_person=1, limit_period=LimitPeriod.EVER, points=900)
    give_points(maya.id, 5_000)
    with transaction():
        usage = {"reward_id": stock.reward_id, "employee_id": maya.id, "period": "ever"}
        session().add(MemberUsage(**usage, used=1, allowed=1))
    theirs = queries.reward_page(maya, stock.slug, available=5_000, at=at)
    assert theirs.used == 1
    page = read(desk, f"/manage/catalog/preview/{maya.id}/rewards/{stock.slug}")
    assert "you have had" not in page.lower()


def test_who_may_not_see_balances_sees_none(desk, maya, monkeypatch, at):
    stock_reward(points=900)
    give_points(maya.id, 5_000)
    narrowed = roles.ROLE_PERMISSIONS[Role.PROGRAM_MANAGER] - {Permission.REPORTS_VIEW}
    monkeypatch.setitem(roles.ROLE_PERMISSIONS, Role.PROGRAM_MANAGER, narrowed)
    page = read(desk, f"/manage/catalog/preview/{maya.id}/rewards")
    assert "5,000" not in page
    assert "Their balance is not yours to see" in page


def test_a_person_is_found_by_name_and_the_address_leads_on(desk, maya, at):
    assert "Maya Chen" in read(desk, "/manage/catalog/preview?q=maya")
    assert "Nobody at work is found" in read(desk, "/manage/catalog/preview?q=zzz")
    led = desk.get(f"/manage/catalog/preview?person={maya.id}")
    assert led.location == f"/manage/catalog/preview/{maya.id}/rewards"


def test_maya_is_found_however_many_of_her_name_left(desk, at):
    left = [employ(f"Chen Nr{number}") for number in range(20)]
    with transaction():
        gone = sa.update(Employee).where(Employee.id.in_(left))
        session().execute(gone.values(status=EmployeeStatus.LEFT, left_on=at.date()))
    employ("Maya Chen")
    page = read(desk, "/manage/catalog/preview?q=chen")
    assert "Maya Chen" in page
    assert "Chen Nr0" not in page


def test_employees_may_not_look_as_others(maya, omar, sign_in, at):
    client = sign_in(maya.id)
    for path in ("", f"/{omar.id}/home", f"/{omar.id}/rewards"):
        assert client.get(f"/manage/catalog/preview{path}").status_code == 403


def test_the_preview_leaves_the_pages_of_the_manager_alone(desk, maya, at):
    stock_reward()
    read(desk, f"/manage/catalog/preview/{maya.id}/rewards")
    page = read(desk, "/rewards")
    assert "/manage/catalog/preview/" not in page
    assert "/rewards/trail-backpack" in page
