"""What Maya enters when she asks: an amount within a range, and answers to what is asked."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from catalog import operations as catalog_operations
from catalog.details import Detail, DetailKind, digest
from catalog.errors import BadAmount, DetailsChanged, FixedAmount, PriceChanged, WrongDetails
from catalog.operations.variants import ask_details
from catalog.queries import offer
from catalog.states import Kind
from catalog.wishes.operations import saving
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.models import FulfillmentTask
from redemption.jobs import expire
from redemption.models import Redemption
from redemption.policies import content_hash
from redemption.states import LineState
from redemption.vouchers.models import Voucher
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import employ_ana
from tests.support.redemption import (
    approve,
    ask_for,
    form_of,
    furnish,
    line_of,
    points_now,
    story_of,
)

RANGE = {
    "label": "€10 to €500",
    "cash_minor": 1_000,
    "currency": "EUR",
    "range_to_minor": 50_000,
    "step_minor": 500,
}
ENGRAVING = Detail(
    name="engraving", label="Engraving", kind=DetailKind.TEXT, most=20, is_required=False
)
SIZE = Detail(name="size", label="Size", kind=DetailKind.CHOICE, choices=("S", "M", "L"))
DAY = Detail(name="day", label="Course date", kind=DetailKind.DATE, last_on=date(2027, 12, 31))


def stock_range(kind=Kind.GIFT_CARD, points=1_050, **text):
    return stock_reward("Atlas Outdoor", kind=kind, points=points, variant=RANGE, **text)


def asks(reward, *details):
    with transaction():
        ask_details(Actor.system(), reward.reward_id, details, at=clock.now())
    return offer(Actor.system(), reward.variant_id, at=clock.now())


def requests():
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Redemption))


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def maya(house, sign_in):
    return sign_in(house.maya.id)


def test_an_amount_goes_all_the_way_into_the_voucher(house, queue):
    card = stock_range()
    reference = ask_for(house.maya, card, amount_minor=2_500, expected_points=2_625)
    queue.run_due()
    line = line_of(reference)
    assert (line.unit_points, line.amount_minor) == (2_625, 2_500)
    assert (line.snapshot["cash_minor"], line.snapshot["label"]) == (2_500, "€25")
    assert points_now(house.maya).available == 100_000 - 2_625
    voucher = session().scalars(sa.select(Voucher)).one()
    assert (voucher.initial, voucher.currency) == (2_500, "EUR")
    assert ledger_violations() == []


def test_a_large_amount_needs_the_yes_that_its_points_need(house):
    card = stock_range()
    small = ask_for(house.maya, card, amount_minor=1_000, expected_points=1_050)
    large = ask_for(house.maya, card, amount_minor=20_000, expected_points=21_000)
    assert [story_of(one)[0] for one in (small, large)] == ["approved", "pending_approval"]


@pytest.mark.parametrize("amount", [None, 0, -1_000, 999, 1_250, 50_500, 10**12])
def test_an_amount_there_is_not_is_refused_and_nothing_changed(house, amount):
    with pytest.raises(BadAmount, match="Enter 10 to 500 euros in steps of 5"):
        ask_for(house.maya, stock_range(), amount_minor=amount)
    assert (requests(), points_now(house.maya).held) == (0, 0)


def test_a_cheaper_price_can_not_be_forged(house):
    with pytest.raises(PriceChanged, match="now costs 2,625 points"):
        ask_for(house.maya, stock_range(), amount_minor=2_500, expected_points=1_050)
    with pytest.raises(FixedAmount):
        ask_for(house.maya, stock_gift_card(), amount_minor=100)
    assert (requests(), points_now(house.maya).held) == (0, 0)


def test_the_ledger_check_finds_a_price_that_the_amount_does_not_have(house):
    reference = ask_for(house.maya, stock_range(), amount_minor=2_500, expected_points=2_625)
    line_id = line_of(reference).id
    with transaction():
        session().execute(
            sa.text("UPDATE redemption_lines SET amount_minor = 3000 WHERE id = :id"),
            {"id": line_id},
        )
    assert "I28" in {found.id for found in ledger_violations()}


def test_the_amount_is_entered_on_the_page_and_the_price_follows(house, maya):
    card = stock_range()
    page = maya.get(f"/rewards/{card.slug}?amount=25").text
    assert lint_page(page) == []
    assert "2,625 points" in page
    assert "10 to 500 euros in steps of 5." in page
    check = maya.get(f"/rewards/{card.slug}/redeem?variant={card.variant_id}&amount=25")
    assert lint_page(check.text) == []
    assert "Spend 2,625 points" in check.text
    sent = maya.post(f"/rewards/{card.slug}/redeem", data=form_of(check))
    assert sent.status_code == 303
    assert "€25" in maya.get(sent.headers["Location"]).text


@pytest.mark.parametrize("amount", ["9", "12", "501", "-25", "1e3", "25.001", "x" * 5000])
def test_a_wrong_amount_on_a_page_says_what_to_enter(house, maya, amount):
    card = stock_range()
    for path in (
        f"/rewards/{card.slug}?",
        f"/rewards/{card.slug}/redeem?variant={card.variant_id}&",
    ):
        answer = maya.get(f"{path}amount={amount}")
        assert answer.status_code == 200
        assert "Enter 10 to 500 euros in steps of 5." in answer.text
        assert "Spend" not in answer.text
    form = form_of(maya.get(f"/rewards/{card.slug}/redeem?variant={card.variant_id}&amount=25"))
    answer = maya.post(f"/rewards/{card.slug}/redeem", data=form | {"amount": amount})
    assert answer.status_code in {409, 422}
    assert requests() == 0


def test_another_amount_than_was_shown_asks_again_at_its_price(house, maya):
    card = stock_range()
    form = form_of(maya.get(f"/rewards/{card.slug}/redeem?variant={card.variant_id}&amount=25"))
    answer = maya.post(f"/rewards/{card.slug}/redeem", data=form | {"amount": "50"})
    assert answer.status_code == 409
    assert "This now costs 5,250 points" in answer.text
    assert requests() == 0
    assert maya.post(f"/rewards/{card.slug}/redeem", data=form_of(answer)).status_code == 303


def answered(engraving="M. C.", size="M", day="2027-05-14"):
    return {"detail_engraving": engraving, "detail_size": size, "detail_day": day}


def test_answers_are_shown_to_maya_the_approver_and_the_desk_but_not_mailed(
    house, maya, sign_in, queue, time
):
    ana = employ_ana()
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), ENGRAVING, SIZE, DAY)
    url = f"/rewards/{course.slug}/redeem?variant={course.variant_id}"
    page = maya.get(url)
    assert lint_page(page.text) == []
    assert "Up to 20 characters." in page.text
    sent = maya.post(url, data=form_of(page) | answered(engraving="Silver fern"))
    assert sent.status_code == 303
    reference = sent.headers["Location"].rsplit("/", 1)[-1]
    line = line_of(reference)
    assert line.content_hash == content_hash(line.snapshot)
    assert line.content_hash != content_hash({**line.snapshot, "details": []})
    pages = [maya.get(sent.headers["Location"]).text]
    pages.append(sign_in(house.omar.id).get(f"/approvals/{reference}").text)
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    task = session().execute(sa.select(FulfillmentTask.id)).scalar_one()
    pages.append(sign_in(ana).get(f"/manage/fulfillment/{task}").text)
    for text in pages:
        assert "Silver fern" in text
        assert "14 May 2027" in text
    session().close()
    letters = session().scalars(sa.select(Letter)).all()
    assert letters
    assert not [letter for letter in letters if "Silver fern" in letter.text + letter.html]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": "XXL"}, "Choose one of those listed."),
        ({"size": ""}, "Choose one: Size."),
        ({"day": "soon"}, "Enter a day as year, month and day"),
        ({"day": "2028-01-01"}, "Enter a day until 31 Dec 2027."),
        ({"engraving": "x" * 21}, "Keep it under 20 characters; this has 21."),
        ({"engraving": "x" * 200_000}, "Keep it under 20 characters"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_the_others_stay(house, maya, wrong, said):
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), ENGRAVING, SIZE, DAY)
    url = f"/rewards/{course.slug}/redeem?variant={course.variant_id}"
    entered = {"engraving": "Kept words", "size": "L", "day": "2027-05-14"} | wrong
    answer = maya.post(url, data=form_of(maya.get(url)) | answered(**entered))
    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text
    if "engraving" not in wrong:
        assert "Kept words" in answer.text
    assert requests() == 0


def test_a_megabyte_of_text_is_refused_without_a_fault(house, maya):
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), ENGRAVING)
    url = f"/rewards/{course.slug}/redeem?variant={course.variant_id}"
    form = form_of(maya.get(url)) | {"detail_engraving": "x" * 1_100_000}
    assert maya.post(url, data=form).status_code == 413
    assert requests() == 0


def test_what_changed_between_look_and_send_is_asked_again_and_nothing_typed_is_lost(house, maya):
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), ENGRAVING, SIZE)
    url = f"/rewards/{course.slug}/redeem?variant={course.variant_id}"
    form = form_of(maya.get(url)) | {"detail_engraving": "Silver fern", "detail_size": "M"}
    asks(course, replace(SIZE, choices=("M", "L")), DAY)
    answer = maya.post(url, data=form)
    assert answer.status_code == 409
    assert "What we ask for has changed" in answer.text
    assert "“Silver fern”" in answer.text
    assert 'value="M" selected' in answer.text
    assert requests() == 0
    again = maya.post(url, data=form_of(answer) | {"detail_size": "M", "detail_day": "2027-05-14"})
    assert again.status_code == 303


def test_nobody_answering_until_the_day_maya_asked_for_is_over_gives_the_points_back(house, time):
    free = asks(stock_reward("One free day", kind=Kind.TIME_OFF), DAY)
    wanted = {"seen_details": digest(free.details), "details": {"day": "2026-11-25"}}
    reference = ask_for(house.maya, free, **wanted)
    time.forward(days=2)
    expire()
    assert line_of(reference).state is LineState.PENDING_APPROVAL
    time.forward(days=1)
    expire()
    assert line_of(reference).state is LineState.EXPIRED


def test_the_operation_asks_for_the_same_as_the_page(house):
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), SIZE)
    seen = digest(course.details)
    with pytest.raises(DetailsChanged):
        ask_for(house.maya, course, details={"size": "M"})
    with pytest.raises(WrongDetails, match="Size: Choose one"):
        ask_for(house.maya, course, seen_details=seen)
    with pytest.raises(WrongDetails, match="Nobody asked for “is_admin”"):
        ask_for(house.maya, course, seen_details=seen, details={"size": "M", "is_admin": "1"})
    assert ask_for(house.maya, course, seen_details=seen, details={"size": "M"}).startswith("R-")


def test_retiring_what_was_asked_leaves_a_request_as_it_was(house):
    course = asks(stock_reward("Story writing", kind=Kind.LEARNING), SIZE)
    seen = digest(course.details)
    reference = ask_for(house.maya, course, seen_details=seen, details={"size": "M"})
    asks(course)
    with transaction():
        catalog_operations.retire_reward(
            Actor.system(), course.reward_id, reason="", at=clock.now()
        )
    assert line_of(reference).snapshot["details"][0]["said"] == "M"


def test_what_needs_omars_yes_is_asked_for_and_not_promised_to_maya(house, maya):
    card = stock_range()
    small, large = (maya.get(f"/rewards/{card.slug}?amount={one}").text for one in (10, 200))
    assert "Get this for 1,050 points" in small
    assert "Ask for this for 21,000 points" in large
    assert "Get this for" not in large


def test_a_goal_that_needs_omars_yes_is_asked_for(house, maya):
    card = stock_gift_card(points=10_000)
    with transaction():
        saving.make_goal(house.maya, card.slug, at=clock.now())
    page = maya.get("/wishlist").text
    assert "Ask for this for 10,000 points" in page


@pytest.mark.parametrize(("points", "is_told"), [(1_050, False), (1_001, True)])
def test_maya_is_told_that_prices_are_rounded_up_where_they_are(points, is_told, sign_in, at):
    """For €15 at 1,001 points for €10 the share is 1,501.5 points, and 1,502 are asked."""
    card, people = stock_range(points=points), furnish(points=60_000)
    client = sign_in(people.maya.id)
    for path in (f"/rewards/{card.slug}", f"/rewards/{card.slug}/redeem"):
        page = client.get(f"{path}?variant={card.variant_id}&amount=15").text
        assert ("Prices are rounded up to whole points." in page) is is_told, path
        assert f"{card.over(1_500).points:,}" in page
