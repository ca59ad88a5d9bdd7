"""Priya says what may be asked of a package; dates outside of it are refused by name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from catalog.packages.cli import packages_cli
from catalog.packages.errors import PackageTermsMoved
from catalog.packages.models import TravelPackage
from catalog.packages.operations import set_terms
from catalog.packages.queries import managed_package, managed_packages, package_of
from catalog.packages.terms import Blackout
from catalog.packages.wishes import Wish, on_dates, problems_with
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from tests.support.browsing import hidden_fields, words_on
from tests.support.catalog import stock_lisbon_trip, stock_reward
from tests.support.packages import PORTO, stock_package
from tests.support.page_lint import lint_page

TODAY = date(2026, 11, 23)
WISH = Wish(
    first_on=date(2027, 5, 14),
    second_on=date(2027, 5, 21),
    nights=3,
    travelers=2,
    cover_id=1,
    seen_terms=1,
)


def wrong(**changes):
    return problems_with(PORTO, replace(WISH, **changes), today=TODAY)


def test_dates_within_the_terms_are_fine():
    assert wrong() == {}
    assert wrong(second_on=None, nights=5, travelers=1) == {}
    assert wrong(first_on=TODAY + timedelta(days=21)) == {}
    assert wrong(first_on=TODAY + timedelta(days=365)) == {}


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"nights": 1}, "nights", "It takes 2 to 5 nights"),
        ({"nights": 6}, "nights", "It takes 2 to 5 nights"),
        ({"travelers": 3}, "travelers", "For you and a guest. Enter 1 to 2"),
        ({"travelers": 0}, "travelers", "Enter 1 to 2"),
        ({"first_on": TODAY + timedelta(days=20)}, "first_on", "from 14 Dec 2026 on"),
        ({"first_on": TODAY + timedelta(days=366)}, "first_on", "until 23 Nov 2027"),
        ({"first_on": date(2027, 6, 18)}, "first_on", "Nobody goes on 20 Jun 2027"),
        ({"first_on": date(2027, 6, 25)}, "first_on", "(Festival of the city)"),
        ({"second_on": WISH.first_on}, "second_on", "another day than the first choice"),
        ({"second_on": date(2027, 6, 22)}, "second_on", "Nobody goes on 20 Jun 2027"),
    ],
)
def test_dates_outside_say_what_to_enter(changes, field, told):
    found = wrong(**changes)
    assert list(found) == [field]
    assert told in found[field]


def test_who_leaves_before_a_closed_night_may_go():
    assert wrong(first_on=date(2027, 6, 17)) == {}
    assert wrong(first_on=date(2027, 6, 26)) == {}


def test_priya_sets_the_terms_and_every_change_stands_in_the_audit(priya, at):
    package = stock_package()
    known = package_of(package)
    assert known.terms == PORTO
    with transaction():
        wanted = replace(PORTO, guarantee_days=14)
        set_terms(priya, package.reward_id, wanted, seen=1, at=at)
        set_terms(priya, package.reward_id, wanted, seen=2, at=at)  # the same again: nothing
    assert package_of(package).version == 2
    told = session().scalars(
        sa.select(AuditEntry.details).where(
            AuditEntry.action == "packages.terms", AuditEntry.actor_id == priya.id
        )
    )
    assert [(one["before"], one["after"]) for one in told] == [
        ({"guarantee_days": 30}, {"guarantee_days": 14})
    ]
    with pytest.raises(PackageTermsMoved), transaction():
        set_terms(priya, package.reward_id, PORTO, seen=1, at=at)


def test_only_trips_without_departures_have_dates_of_ones_choice(priya, at):
    backpack, lisbon = stock_reward(), stock_lisbon_trip()
    with pytest.raises(BadInput, match="no trip of one's own"), transaction():
        set_terms(priya, backpack.reward_id, PORTO, seen=0, at=at)
    with pytest.raises(BadInput, match="has departures on sale"), transaction():
        set_terms(priya, lisbon.reward_id, PORTO, seen=0, at=at)
    assert package_of(lisbon) is None
    assert managed_packages() == []


@pytest.mark.parametrize(
    "column",
    ["nights_to = 1", "notice_days = 365", "guarantee_days = 0", "travelers_most = 9"],
)
def test_the_database_refuses_terms_that_can_not_be(at, column):
    stock_package()
    with pytest.raises(IntegrityError), transaction():
        session().execute(sa.text(f"UPDATE {TravelPackage.__tablename__} SET {column}"))


def test_dates_make_a_departure_of_ones_own(at):
    offer = on_dates(stock_package(), PORTO, WISH)
    assert offer.departure.ends_on == date(2027, 5, 17)
    assert (offer.departure.place, offer.departure.country) == ("Porto", "PT")


def read(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert lint_page(answer.text) == []
    return answer.text


def test_priya_writes_the_terms_on_a_page_and_maya_reads_them(priya, maya, sign_in, at):
    package = stock_package(terms=None)
    desk, here = sign_in(priya.id), f"/manage/packages/{package.slug}"
    assert "No terms yet" in words_on(read(desk, "/manage/packages"))
    shown = words_on(read(sign_in(maya.id), f"/rewards/{package.slug}"))
    assert "Nobody has said yet which dates can be asked for." in shown
    entered = {
        "place": "Porto",
        "country": "pt",
        "nights_from": "2",
        "nights_to": "5",
        "travelers_most": "2",
        "notice_days": "21",
        "ahead_days": "365",
        "guarantee_days": "30",
        "seen": "0",
        "blackouts": "2027-06-20 to 2027-06-25, Festival of the city\n2027-01-01",
    }
    form = hidden_fields(read(desk, here))
    bad = desk.post(here, data=form | entered | {"blackouts": "20 June", "nights_to": "1"})
    assert bad.status_code == 422
    said = words_on(bad.text)
    assert "Enter as many nights as the least, or more." in said
    assert "“20 June”" in said
    assert lint_page(bad.text) == []
    assert desk.post(here, data=hidden_fields(bad.text) | entered).status_code == 303
    closed = managed_package(package.slug).package.terms.blackouts
    assert closed[0] == Blackout(date(2027, 1, 1), date(2027, 1, 1))
    shown = words_on(read(sign_in(maya.id), f"/rewards/{package.slug}"))
    assert "Your choice: 2 to 5 nights, asked for 21 days ahead or more" in shown
    assert "20 Jun 2027 to 25 Jun 2027 (Festival of the city)" in shown
    assert "Holds for 30 days after you asked" in shown
    late = desk.post(here, data=hidden_fields(read(desk, here)) | entered | {"seen": "0"})
    assert "Somebody changed the terms" in words_on(late.text)


def test_the_terms_are_set_at_the_terminal(at, priya):
    package = stock_package(terms=None)

    def run(*arguments):
        by = ("--by", priya.email) if arguments[0] == "terms" else ()
        answer = CliRunner().invoke(packages_cli, [str(one) for one in (*arguments, *by)])
        if answer.exception:
            raise answer.exception
        return answer.output

    assert "no terms yet" in run("list")
    with pytest.raises(BadInput, match="--place"):
        run("terms", package.slug, "--nights-from", 2)
    run("terms", package.slug, "--place", "Porto", "--closed", "2027-06-20 to 2027-06-25, Festival")
    said = run("terms", package.slug, "--travelers", 1)
    assert "For you alone" in said
    assert "25 Jun 2027 (Festival)" in said
    assert "1 package." in run("list")
    with pytest.raises(BadInput, match="closes before it opens"):
        run("terms", package.slug, "--notice-days", 365)
