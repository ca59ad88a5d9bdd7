"""Priya chooses another form of contest in the middle of typing, and nothing she typed is lost."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.kernel.db import session
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.switching import kept_unseen
from marketplace.programs.models import Program, ProgramRule
from tests.support.contests import run_contest
from tests.support.journeys import Visitor, words_of
from tests.support.people import employ_priya

NEW = "/manage/programs/new/contest"
SHARED = {
    "name": "Winter race",
    "summary": "The most revenue wins.",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "between": "departments",
    "alternates": "4",
    "prizes-0-first": "1",
    "prizes-0-last": "2",
    "prizes-0-points": "700",
    "sharing": "split",
    "privacy": "values_hidden",
    "valid_days": "90",
}
OF_ONE_MEASURE = {"what-counting": "orders", "what-only": "region: North"}


@pytest.fixture
def priya(app, at, monkeypatch):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)  # a visitor lets sessions go itself
    run_contest()
    return Visitor(app, employ_priya())


def typed(priya, **wanted):
    """What of these the page would send, as it stands."""
    form, _, _ = priya.form_with("Save as a draft")
    sent = form.filled()
    return {name: sent[name][-1].strip() for name in wanted if name in sent}


def saved():
    """The terms of the contest that was saved, and how many there are."""
    session().close()
    found = sa.select(ProgramRule.terms).join(Program).where(Program.slug == "winter-race")
    return session().scalars(found).all()


@pytest.mark.parametrize("wanted", list(ContestForm))
def test_whatever_form_priya_chooses_what_both_have_stays(priya, wanted):
    shown = ContestForm.GROWTH if wanted is ContestForm.TOP else ContestForm.TOP
    priya.open(f"{NEW}?form={shown}")
    priya.press(wanted.label, **SHARED, **OF_ONE_MEASURE)
    assert (priya.here.status, typed(priya, **SHARED)) == (200, SHARED)
    measure = "parts-0" if wanted.has_parts else "what"
    of_it = {name.replace("what", measure): value for name, value in OF_ONE_MEASURE.items()}
    assert typed(priya, **of_it) == of_it
    assert saved() == []


def test_priya_looks_at_another_form_and_comes_back_to_all_she_typed(priya):
    growth = {"baseline_from": "2026-07-01", "baseline_to": "2026-09-30", "freeze_days": "3"}
    priya.open(f"{NEW}?form=growth")
    priya.press("Score", **SHARED, **growth)
    assert "baseline_from" in dict(priya.form_with("Growth")[0].fields)
    priya.press("Raffle", **{"parts-0-per": "50", "parts-0-points": "2"})
    priya.press("Growth")
    assert typed(priya, **growth) == growth
    priya.press("Score")
    assert typed(priya, **{"parts-0-per": "50"}) == {"parts-0-per": "50"}


def test_what_the_new_form_asks_beside_starts_as_it_usually_does(priya):
    priya.open(f"{NEW}?form=threshold")
    priya.press("Best figure", threshold="500")
    assert typed(priya, places="", ties="") == {"places": "3", "ties": "each"}


def test_what_is_typed_wrong_is_no_error_before_it_is_saved(priya):
    priya.open(f"{NEW}?form=top")
    priya.press("Reach a number", alternates="many", name="")
    assert "There is a problem" not in priya.here.words
    assert typed(priya, alternates="") == {"alternates": "many"}
    priya.press("Save as a draft")
    assert priya.here.status == 422
    assert "There is a problem" in priya.here.words


def test_only_the_form_that_is_seen_is_saved(priya):
    priya.open(f"{NEW}?form=threshold")
    priya.press("Best figure", **SHARED, threshold="500", first_to_reach="9")
    priya.press("Save as a draft", between="people", alternates="")
    assert "Winter race" in priya.here.heading
    [terms] = saved()
    assert (terms["form"], terms["threshold"], terms["places"]) == ("top", None, 3)
    assert terms["prizes"][0]["points"] == 700


def test_a_form_of_contest_there_is_not_shows_the_first(priya):
    priya.open(f"{NEW}?form=nonsense")
    seen = priya.post(NEW, {"form_asked": "nonsense", "name": "Winter race"})
    assert seen.status == 422
    assert 'value="top" aria-current="true"' in seen.html


def test_nothing_but_what_a_contest_has_is_kept_unseen():
    sent = MultiDict({"threshold": "5", "own-0-client": "x", "name": "Race", "request_key": "k"})
    kept = kept_unseen(sent, ContestForm.TOP)
    assert kept == [("threshold", "5"), ("own-0-client", "x")]


def opened(priya):
    """The titles of what stands open on the page, though it is folded as a rule."""
    folds = [one for one in priya.here.root.iter("details") if one.get("class") == "more"]
    return [words_of(next(one.iter("summary"))) for one in folds if "open" in one.attrib]


def test_what_is_rarely_needed_is_folded_until_it_says_something(priya):
    priya.open(f"{NEW}?form=growth")
    assert opened(priya) == []
    priya.press("Own target", **{"what-only": "region: North", "alternates": "many"})
    assert opened(priya) == ["Which results count", "What a place takes, and who waits in line"]
    priya.press("Save as a draft", slug="Not So", privacy="own_only", **{"own-1-is_everyones": "1"})
    assert opened(priya) == [
        "Its address",
        "Which results count",
        "Departments with a measure of their own",
        "What a place takes, and who waits in line",
        "Ties, sharing, and what people see",
    ]
