"""Canceling a departure, as a browser without JavaScript sees it, and at the terminal."""

from click.testing import CliRunner

from redemption.travel.cancellations.cli import cancellations_cli
from redemption.travel.invitations.states import InvitationState as I
from tests.redemption.travel.cancellations.conftest import REASON
from tests.support.browsing import hidden_fields, words_on
from tests.support.invitations import states_of
from tests.support.page_lint import lint_page
from tests.support.redemption import points_now


def url_of(off):
    return f"/manage/trips/{off.trip.slug}/{off.trip.variant_id}/cancel"


def test_priya_looks_cancels_and_sees_how_far_it_is(off, queue, sign_in):
    priya, url = sign_in(off.priya.id), url_of(off)
    look = priya.get(url)
    for words in ("1 request: 48,000 points are free again", "10,000 points each", "Places: "):
        assert words in look.text
    assert lint_page(look.text) == []
    form = hidden_fields(look.text)
    assert priya.post(url, data=form | {"instead": "points:"}).status_code == 422
    sent = priya.post(url, data=form | {"instead": "points:", "reason": REASON})
    assert sent.status_code == 303
    begun = priya.get(url)
    assert "0 of 4 are made whole" in begun.text
    assert lint_page(begun.text) == []
    queue.run_due()
    done = priya.get(url).text
    assert "10,000 points" in done
    assert REASON in done
    assert lint_page(done) == []
    assert "of 4, 1 of them only next in order" in words_on(done)
    for page in ("desk", "people"):
        there = priya.get(url.replace("cancel", page)).text
        assert "See who got what back" in there
        assert "Invite people" not in there
    plan = priya.get(url.removesuffix("/cancel")).text
    assert "Nobody goes" in plan
    assert lint_page(plan) == []


def test_what_changed_since_the_look_is_shown_anew(off, sign_in):
    priya, url = sign_in(off.priya.id), url_of(off)
    form = hidden_fields(priya.get(url).text) | {"seen": "9-9-9-9-9"}
    page = priya.post(url, data=form | {"instead": "nothing:", "reason": REASON})
    assert page.status_code == 422
    assert "changed since you looked" in page.text


def test_the_terminal_says_what_follows_and_does_it(off):
    def run(*words):
        return CliRunner().invoke(cancellations_cli, words)

    by = ("--by", off.priya.email)
    look = run("cancel", off.trip.sku, REASON, "--dry-run", *by).output
    assert "1 asked for with 48,000 points" in look
    assert "Nothing was changed." in look
    assert "points:" in str(run("cancel", off.trip.sku, REASON, "--give", "?", *by).exception)
    before = points_now(off.maya).available
    assert "Canceled." in run("cancel", off.trip.sku, REASON, *by).output
    assert "4 made whole." in run("go-on", off.trip.sku).output
    assert "Ben Osei (invited): 0 points" in run("show", off.trip.sku).output
    assert "0 places given back" in run("leavers").output
    assert points_now(off.maya).available == before + 48_000
    assert states_of(off.trip.variant_id) == [I.WITHDRAWN] * 3
