"""Maya claims and Priya decides, in browsers without a script; bad input changes nothing."""

import io
import re

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.states import ClaimState, Evidence
from marketplace.programs.claims.terms import AskedField, ClaimTerms
from marketplace.programs.models import EvidenceFile, Program
from tests.support.browsing import hidden_fields, send
from tests.support.claims import claim, claim_row, run_claims
from tests.support.page_lint import lint_page
from tests.support.people import employ_leo, employ_maya, employ_priya
from tests.support.pictures import picture
from tests.support.programs import run_program

NEW = "/claims/new?program=receipts"
TERMS = ClaimTerms(
    points=1,
    per_amount=1_000,
    currency="EUR",
    reference_name="Receipt number",
    asked=(AskedField("Client"), AskedField("Remark", is_needed=False)),
    evidence=Evidence.REQUIRED,
)


@pytest.fixture
def maya(sign_in, at):
    run_claims(TERMS)
    return sign_in(employ_maya())


@pytest.fixture
def priya(sign_in, at):
    return sign_in(employ_priya())


def filled(**changes):
    """A good claim; a change of None leaves a field out."""
    facts = {"reference": "R-1", "on_day": "2026-11-20", "amount": "120.50", "asked_0": "Odense"}
    content, name = changes.pop("evidence", (picture(), "receipt.png")) or (b"", "")
    facts |= {"evidence": (io.BytesIO(content), name)} | changes
    return {name: value for name, value in facts.items() if value is not None}


def claims_made():
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Claim))


def test_a_claim_goes_its_way_from_the_form_to_the_points(maya, priya):
    assert lint_page(maya.get(NEW).text) == []
    sent = send(maya, NEW, **filled())
    address = sent.headers["Location"]
    mine = maya.get(address).text
    assert "Waiting for an answer" in mine
    assert "€120.50" in mine
    assert "Odense" in mine
    assert lint_page(mine) == []
    reference = address.rsplit("/", 1)[1]
    desk = f"/manage/programs/receipts/claims/{reference}"
    queue, page = priya.get("/manage/programs/receipts/claims").text, priya.get(desk).text
    assert desk in queue
    assert "Approve for 12 points" in page
    assert lint_page(queue) == lint_page(page) == []
    asked = send(priya, desk, f"{desk}/ask", version="1", text="Which client?")
    assert asked.status_code == 303
    assert "0 claims approved. One has a question for you." in maya.get("/earn").text
    answered = send(maya, address, f"{address}/answer", text="The one in Odense")
    assert answered.status_code == 303
    assert "0 claims approved, 1 waiting." in maya.get("/earn").text
    assert send(priya, desk, f"{desk}/approve", version="3").status_code == 303
    assert points_of(employ_maya(), at=clock.now()).available == 12
    for page in (maya.get(address), maya.get("/programs/receipts"), priya.get(desk)):
        assert "Approved" in page.text
        assert lint_page(page.text) == []


def test_the_evidence_is_a_file_to_save_and_only_for_two_sides(maya, priya, sign_in):
    address = send(maya, NEW, **filled()).headers["Location"]
    session().close()
    file = f"{address}/evidence/{session().scalar(sa.select(EvidenceFile.id))}"
    for who in (maya, priya):
        answer = who.get(file)
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt.jpg"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    leo = sign_in(employ_leo())
    assert [leo.get(place).status_code for place in (file, address)] == [404, 404]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reference": " "}, "Enter the receipt number."),
        ({"reference": "---"}, "with a letter or a digit in it"),
        ({"on_day": "2027-01-05"}, "Enter a day from 1 Oct 2026"),
        ({"on_day": "yesterday"}, "Not a valid date value"),
        ({"amount": "1.005"}, "at most 2 decimals"),
        ({"amount": "-5"}, "above 0"),
        ({"amount": "9.99"}, "less than €10"),
        ({"amount": "9" * 40}, "Enter"),
        ({"asked_0": ""}, "Answer “Client”."),
        ({"reference": " ", "evidence": None}, "needs evidence"),
        ({"evidence": None}, "needs evidence"),
        ({"evidence": (b"<html>", "a.png")}, "can&#39;t be read"),
        ({"note": "x" * 1_001}, "Keep it under 1,000 characters."),
    ],
)
def test_a_bad_claim_says_what_to_enter_and_changes_nothing(maya, changes, said):
    answer = send(maya, NEW, **filled(**changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert claims_made() == 0
    assert lint_page(answer.text) == []


def test_what_is_missing_in_a_claim_is_told_in_the_order_of_its_page(maya):
    nothing = dict.fromkeys(("reference", "on_day", "amount", "asked_0"), "")
    page = send(maya, NEW, **filled(**nothing, evidence=None)).text
    summary = page.split("data-error-summary")[1].split("</ul>")[0]
    places = re.findall(r'href="#([^"]+)"', summary)
    assert places == ["reference", "on_day", "amount", "asked_0", "evidence"]


def test_the_same_form_twice_is_one_claim_and_the_same_receipt_points_to_it(maya):
    fields = hidden_fields(maya.get(NEW).text)
    first = maya.post(NEW, data=fields | filled())
    second = maya.post(NEW, data=fields | filled())
    assert first.headers["Location"] == second.headers["Location"]
    again = send(maya, NEW, **filled(reference="r 001"))
    assert again.status_code == 422
    assert "You claimed this already as R-1" in again.text
    assert claims_made() == 1


def test_a_body_beyond_the_bound_is_refused_before_it_is_read(maya):
    said = {"CONTENT_LENGTH": str(26 * 1024 * 1024)}
    kind = "multipart/form-data; boundary=x"
    answer = maya.post(NEW, data=b"--x", content_type=kind, environ_overrides=said)
    assert answer.status_code == 413


def test_a_question_or_a_no_needs_words_and_a_stale_page_decides_nothing(maya, priya):
    reference = send(maya, NEW, **filled()).headers["Location"].rsplit("/", 1)[1]
    desk = f"/manage/programs/receipts/claims/{reference}"
    for answer, said in (("ask", "Enter your question."), ("decline", "Enter the reason.")):
        refused = send(priya, desk, f"{desk}/{answer}", version="1", text=" ")
        assert (refused.status_code, said in refused.text) == (422, True)
        assert lint_page(refused.text) == []
    stale = send(priya, desk, f"{desk}/approve", version="7")
    assert stale.status_code == 409
    assert "Somebody was faster" in stale.text
    assert claim_row(reference).state is ClaimState.WAITING
    declined = send(priya, desk, f"{desk}/decline", version="1", text="Not ours")
    assert declined.status_code == 303
    assert "Not ours" in maya.get(f"/claims/{reference}").text


RULE = {
    "points": "5", "per_whole": "10", "currency": "EUR", "amount_name": "Amount",
    "reference_name": "Invoice", "asked": "Client\nLink (optional)", "evidence": "optional",
    "claw_back": "always",
}  # fmt: skip


def test_priya_makes_a_program_of_claims_and_changes_its_rule(priya, at):
    run_program()
    page = priya.get("/manage/programs/new/claim").text
    budget = re.search(r'<option value="(\d+)"', page.split('name="budget"')[1]).group(1)
    made = send(
        priya, "/manage/programs/new/claim", name="Partner sales", slug="partner-sales",
        summary="Sold through a partner.", budget=budget, starts_on="2026-11-01",
        ends_on="2026-12-31", **RULE,
    )  # fmt: skip
    assert made.headers["Location"] == "/manage/programs/partner-sales"
    desk = "/manage/programs/partner-sales"
    send(priya, desk, f"{desk}/running")
    session().close()
    program_id = session().scalar(sa.select(Program.id).where(Program.slug == "partner-sales"))
    reference = claim(employ_maya(), program_id, "I-1", amount=10_000)
    address = f"{desk}/claims/{reference}"
    send(priya, address, f"{address}/approve", version="1")
    change = f"{desk}/claim-rule"
    assert send(priya, change, **RULE | {"points": "6", "reason": "Too low"}).status_code == 303
    assert points_of(employ_maya(), at=clock.now()).available == 60
    for place in (desk, change, "/manage/programs/new/claim", f"{desk}/claims?show=approved"):
        assert lint_page(priya.get(place).text) == [], place


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": "0"}, "whole number from 1"),
        ({"currency": "euro"}, "Enter three letters, as EUR"),
        ({"currency": "XQZ"}, "currency"),
        ({"asked": "\n".join("abcdefg")}, "Ask at most 6"),
        ({"asked": "Client\nclient"}, "stands twice"),
        ({"asked": "(optional)"}, "1 to 60 letters"),
        ({"evidence": "maybe"}, "Not a valid choice"),
        ({"most_per_person": "many"}, "whole number"),
        ({"reference_name": ""}, "Say what the reference is called."),
    ],
)
def test_a_bad_rule_is_refused_with_words(maya, priya, changes, said):
    change = "/manage/programs/receipts/claim-rule"
    answer = send(priya, change, **RULE | changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert lint_page(answer.text) == []


def test_pages_of_claims_need_few_statements(maya, priya, statements):
    reference = send(maya, NEW, **filled()).headers["Location"].rsplit("/", 1)[1]
    for who, address in (
        (maya, NEW),
        (maya, "/claims/new"),
        (maya, f"/claims/{reference}"),
        (maya, "/programs/receipts"),
        (priya, "/manage/programs/receipts/claims"),
        (priya, f"/manage/programs/receipts/claims/{reference}"),
    ):
        with statements() as sent:
            assert who.get(address).status_code == 200
        assert len(sent) <= 6, "\n---".join([address, *sent])
