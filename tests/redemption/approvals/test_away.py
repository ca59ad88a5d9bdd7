"""Saying that one is away: days, stand-ins, limits, rings, what others may say, and the pages."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from marketplace.people.operations.employment import mark_left
from redemption.approvals.away.cli import approval_away_cli
from redemption.approvals.away.operations import Ring
from redemption.approvals.away.policies import Days, Naming, ring
from redemption.approvals.away.queries import absence_row, absences_seen
from tests.support.away import be_away, come_back, days
from tests.support.browsing import hidden_fields
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.redemption import subjects_to

AWAY = "/approvals/away"


@pytest.fixture
def nora(house):
    return actor(employ("Nora Lindqvist"))


@pytest.fixture
def lena(house):
    return actor(employ("Lena Vogt"))


def row(absence_id):
    found = absence_row(None, absence_id, sees_all=True)
    session().close()
    return found


def naming(who, stand_in, first, last):
    """Somebody names somebody from a day of the year to another."""
    start = datetime(2026, 12, 1, tzinfo=UTC)
    return Naming(who, stand_in, start + timedelta(days=first), start + timedelta(days=last))


@pytest.mark.parametrize(
    ("others", "closes"),
    [
        ([(2, 1, 0, 9)], [1, 2]),
        ([(2, 3, 0, 9), (3, 1, 0, 9)], [1, 2, 3]),
        ([(2, 3, 0, 9), (3, 4, 0, 9), (4, 1, 3, 5)], [1, 2, 3, 4]),
        ([(2, 3, 0, 9), (3, 4, 0, 9), (4, 2, 0, 9)], []),  # a ring of others
        ([(2, 1, 10, 12)], []),  # other days
        ([(2, 3, 0, 4), (3, 1, 4, 9)], []),  # never all at one moment
        ([(2, 3, 0, 4), (2, 4, 0, 9), (3, 1, 4, 9), (4, 1, 5, 6)], [1, 2, 4]),
        ([(2, None, 0, 9)], []),
        ([], []),
    ],
)
def test_a_ring_is_people_who_at_one_moment_all_name_the_next(others, closes):
    others = [naming(*one) for one in others]
    assert ring(naming(1, 2, 0, 10), others) == closes


def test_omar_and_wei_cannot_both_name_each_other_for_the_same_days(house, nora):
    be_away(house.omar, house.wei, on=days(2, 6))
    with pytest.raises(Ring, match="Wei Zhang → Omar Haddad → Wei Zhang"):
        be_away(house.wei, house.omar, on=days(6, 9))
    session().close()
    be_away(house.wei, house.omar, on=days(7, 9))
    be_away(house.wei, nora, on=days(2, 6))
    with pytest.raises(Ring, match="Nora Lindqvist → Omar Haddad → Wei Zhang → Nora Lindqvist"):
        be_away(nora, house.omar, on=days(2, 3))
    session().close()


def test_what_ended_or_was_changed_closes_no_ring(house, nora):
    first = be_away(house.omar, house.wei)
    be_away(house.omar, nora, replaces=first)
    second = be_away(house.wei, house.omar)
    come_back(house.wei, second)
    be_away(nora, house.wei)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (-1, 2, "Enter a first day from"),
        (3, 2, "not before the first"),
        (-5, -2, "These days are over"),
        (0, 366, "more than 366 days"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_written(house, nora, first, last, said):
    with pytest.raises(BadInput, match=said):
        be_away(house.omar, nora, on=days(first, last))
    assert absences_seen(house.omar.id, sees_all=True, at=clock.now()) == []


def test_nobody_names_themselves_somebody_who_left_or_limits_without_anybody(house, nora):
    with transaction():
        mark_left(nora.id, on=clock.now().date(), actor=Actor.system(), at=clock.now())
    for stand_in, limits, said in (
        (house.omar, {}, "Nobody stands in for themselves"),
        (nora, {}, "no longer works here"),
        (None, {"most_points": 5}, "Limits are a stand-in’s"),
    ):
        with pytest.raises(BadInput, match=said):
            be_away(house.omar, stand_in, **limits)
        session().close()


def test_priya_says_it_for_omar_with_a_reason_and_never_names_herself(house, nora, queue):
    absence = be_away(house.omar, nora, by=house.priya)
    assert (row(absence).set_by, row(absence).reason) == ("Priya Nair", "On sick leave")
    queue.run_due()
    assert subjects_to(house.omar) == ["Priya Nair said that you are away"]
    with pytest.raises(NotAllowed, match="Somebody else has to name you"):
        be_away(house.omar, house.priya, by=house.priya)
    session().close()
    with pytest.raises(NotAllowed, match="Only their manager and who runs programs"):
        be_away(house.omar, house.wei, by=house.maya)
    session().close()
    found = session().execute(
        sa.select(AuditEntry.actor_id, AuditEntry.on_behalf_of_id, AuditEntry.details).where(
            AuditEntry.action == "approval_away.set"
        )
    )
    ((who, for_whom, details),) = found
    assert (who, for_whom) == (house.priya.id, house.omar.id)
    assert (details["reason"], details["stand_in"]) == ("On sick leave", "Nora Lindqvist")


def test_a_change_ends_the_row_and_writes_the_next(house, nora, time):
    first = be_away(house.omar, nora, on=days(0, 4))
    time.forward(seconds=86_400)
    again = be_away(house.omar, nora, on=Days(row(first).first_day, row(first).last_day),
                    replaces=first, most_points=5_000)  # fmt: skip
    assert (row(first).ended_because, row(again).limits.words) == ("changed", "up to 5,000 points")
    assert row(again).begins_at == clock.now()
    with pytest.raises(BadInput, match="over already"):
        be_away(house.omar, nora, replaces=first)
    session().close()


def test_what_is_anothers_is_not_found(house, nora, lena):
    absence = be_away(house.omar, nora)
    for deed in (
        lambda: come_back(lena, absence),
        lambda: be_away(lena, nora, replaces=absence),
        lambda: be_away(nora, lena, replaces=absence),
        lambda: absence_row(lena.id, absence, sees_all=False),
    ):
        with pytest.raises(NotFound):
            deed()
        session().close()


def send(client, path, **fields):
    filled = hidden_fields(client.get(path).text) | fields
    session().close()
    return client.post(path, data=filled)


def omars(first=0, last=4, **more):
    chosen = days(first, last)
    facts = {"first_day": chosen.first.isoformat(), "last_day": chosen.last.isoformat()}
    return facts | {"stand_in": "Nora Lindqvist"} | more


def test_omar_says_it_on_the_page_changes_it_and_ends_it(house, nora, omar, sign_in):
    assert lint_page(omar.get(AWAY).text) == []
    limits = {"kinds": ["gift_card"], "most_points": "9000", "most_money": "50", "currency": "eur"}
    saved = send(omar, f"{AWAY}/new", **omars(), **limits, note="Ask me if unsure.")
    assert (saved.status_code, saved.location) == (303, AWAY)
    page = omar.get(AWAY).text
    assert "gift card, up to 9,000 points and €50" in page
    assert ("answers for you" in page, "Ask me if unsure." in page) == (True, True)
    assert lint_page(page) == []
    (absence,) = absences_seen(house.omar.id, sees_all=False, at=clock.now())
    session().close()
    change = f"{AWAY}/{absence.id}/change"
    form = omar.get(change).text
    assert lint_page(form) == []
    assert ('value="9000"' in form, 'value="nora.lindqvist"' in form) == (True, True)
    assert send(omar, change, **omars(0, 9)).status_code == 303
    theirs = sign_in(nora.id).get(AWAY).text
    assert "For <bdi>Omar Haddad</bdi>" in theirs
    live = [one for one in absences_seen(house.omar.id, sees_all=False, at=clock.now())
            if one.is_live(clock.now())]  # fmt: skip
    session().close()
    fields = hidden_fields(omar.get(AWAY).text)
    assert omar.post(f"{AWAY}/{live[0].id}/end", data=fields).status_code == 303
    assert "Ended early" in omar.get(AWAY).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"first_day": ""}, "Enter the first day"),
        ({"first_day": "yesterday"}, "Not a valid date"),
        ({"last_day": "2020-01-01"}, "not before the first"),
        ({"last_day": "9999-01-01"}, "between the years"),
        ({"stand_in": "Nobody Known"}, "Nobody at work fits."),
        ({"stand_in": "a"}, "Several people fit: "),
        ({"stand_in": "Omar Haddad"}, "Nobody stands in for themselves"),
        ({"stand_in": "", "most_points": "5"}, "Enter who answers"),
        ({"most_points": "1_000"}, "whole number"),
        ({"most_money": "5"}, "Enter the currency"),
        ({"most_money": "x", "currency": "EUR"}, "Enter"),
        ({"kinds": "spaceship"}, "valid"),
        ({"note": "x" * 301}, "under 300"),
    ],
)
def test_what_cannot_be_saved_is_said_in_the_form(house, nora, omar, fields, said):
    answer = send(omar, f"{AWAY}/new", **(omars() | fields))
    assert answer.status_code == 422
    assert said in answer.text
    assert absences_seen(house.omar.id, sees_all=True, at=clock.now()) == []


def test_a_ring_is_said_in_the_form(house, nora, omar):
    be_away(nora, house.omar)
    answer = send(omar, f"{AWAY}/new", **omars())
    assert answer.status_code == 422
    assert "Omar Haddad → Nora Lindqvist → Omar Haddad" in answer.text


def test_omar_is_told_that_nora_is_away_too(house, nora, omar):
    be_away(nora, on=days(3, 9))
    send(omar, f"{AWAY}/new", **omars())
    assert "Nora Lindqvist is away too" in omar.get(AWAY).text


def test_priya_says_it_for_somebody_on_the_page_and_others_may_not(house, nora, sign_in, maya):
    priya = sign_in(house.priya.id)
    path = f"{AWAY}/others/new"
    empty = send(priya, path, **omars(), who="Omar Haddad")
    assert (empty.status_code, "Write why" in empty.text) == (422, True)
    saved = send(priya, path, **omars(), who="Omar Haddad", reason="On sick leave")
    assert saved.status_code == 303
    page = priya.get(AWAY).text
    assert ("Others who are away" in page, "On sick leave" in page) == (True, True)
    assert maya.get(path).status_code == 404
    (absence,) = absences_seen(None, sees_all=True, at=clock.now())
    session().close()
    change = f"{AWAY}/{absence.id}/change"
    assert send(priya, change, **omars(0, 8), reason="Still ill").status_code == 303
    assert maya.get(change).status_code == 404
    assert sign_in(nora.id).get(f"{AWAY}/{absence.id}/change").status_code == 403


def test_omar_says_of_maya_who_fell_ill_that_she_is_away_and_of_nobody_elses_report(
    house, nora, sign_in, omar, maya
):
    path = f"{AWAY}/others/new"
    assert "Say it for somebody" in omar.get(AWAY).text
    saved = send(omar, path, **omars(stand_in="Nora Lindqvist"), who="Maya Chen", reason="Ill")
    assert saved.status_code == 303
    assert ("Others who are away" in (page := omar.get(AWAY).text), "Ill" in page) == (True, True)
    (absence,) = absences_seen(house.maya.id, sees_all=False, at=clock.now())
    assert (absence.set_by, absence.stand_in) == ("Omar Haddad", "Nora Lindqvist")
    session().close()
    refused = send(omar, path, **omars(), who="Wei Zhang", reason="Ill")
    assert (refused.status_code, "Only their manager" in refused.text) == (422, True)
    change = f"{AWAY}/{absence.id}/change"
    assert send(omar, change, **omars(0, 8), reason="Still ill").status_code == 303
    assert maya.get(path).status_code == 404
    assert "Say it for somebody" not in maya.get(AWAY).text


def test_the_manager_of_another_neither_sees_nor_ends_an_absence(house, nora, lena):
    absence = be_away(nora, lena)
    with pytest.raises(NotFound):
        come_back(house.omar, absence)
    session().close()
    assert absences_seen(house.omar.id, sees_all=False, at=clock.now()) == []


def test_the_same_form_twice_is_one_absence(house, nora, omar):
    fields = hidden_fields(omar.get(f"{AWAY}/new").text) | omars()
    for _again in range(2):
        assert omar.post(f"{AWAY}/new", data=fields).status_code == 303
    assert len(absences_seen(house.omar.id, sees_all=False, at=clock.now())) == 1


def test_the_command_sets_lists_changes_and_ends(house, nora):
    def run(*words):
        session().close()
        return CliRunner().invoke(approval_away_cli, words)

    assert run("list").output == "Nobody is away.\n"
    today = clock.now().date()
    when = ("--from", today.isoformat(), "--to", (today + timedelta(days=3)).isoformat())
    omar = "omar.haddad@evergreen.example"
    limits = ("--kind", "gift_card", "--most-worth", "50", "eur")
    said = run("set", omar, *when, "--stand-in", "nora.lindqvist", "--reason", "Ill", *limits)
    assert "Omar Haddad, " in said.output
    assert "Nora Lindqvist answers (gift card, up to €50)" in said.output
    number = said.output.partition(":")[0]
    changed = run("set", omar, *when, "--reason", "Ill", "--instead-of", number)
    assert "nobody answers" in changed.output
    number = changed.output.partition(":")[0]
    assert run("list").output == changed.output
    assert run("end", number, "--because", "Well again").output == "It has ended.\n"
    assert run("end", number).output == "It was over already.\n"
