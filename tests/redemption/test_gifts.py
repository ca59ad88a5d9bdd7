"""A gift to a colleague: chosen on purpose, taken or left, and what comes of it is theirs alone."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.operations import open_to, set_price
from catalog.operations.curation import amend_reward
from catalog.queries import offer
from catalog.states import AudienceAttribute
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import mark_left
from redemption import queries
from redemption.approvals.models import ApprovalAssignee
from redemption.approvals.operations.passing import write_assignees
from redemption.approvals.policies import Candidate
from redemption.gifts import operations
from redemption.gifts.jobs import lapse
from redemption.gifts.models import Gift
from redemption.gifts.policies import ANSWER_DAYS, gift_obstacle
from redemption.gifts.queries import received_gift, received_gifts
from redemption.gifts.refusals import NoGift, NotAnswerable, NotToThem
from redemption.gifts.states import GiftState
from redemption.models import DeliveryAddress
from redemption.operations import ending
from redemption.policies import GiftTo
from redemption.refusals import AddressMissing, GiftToOneself, NotCancellable, OwnRequest
from redemption.states import LineState
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from tests.crash.world import points_in
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.racing import all_at_once
from tests.support.redemption import (
    HOME,
    approve,
    ask_for,
    cancel,
    form_of,
    line_of,
    lines_of,
    new_key,
    points_now,
    stock_of,
    story_of,
    subjects_to,
)

S = LineState
WORDS = "For the launch night."


@pytest.fixture
def jonas(house):
    return actor(employ("Jonas Lind"))


@pytest.fixture
def card(house):
    return stock_gift_card(points=5_000, capacity=5)


def give(giver, offer, recipient, message=WORDS, **changes):
    """Ask for an offer for somebody else; its reference."""
    gift = GiftTo(recipient.id, message)
    return ask_for(giver, offer, address=None, gift=gift, **changes)


def given(giver, offer, recipient, queue):
    """The same once the colleague was asked."""
    reference = give(giver, offer, recipient)
    queue.run_due()
    return reference


def take(who, reference, address=None, *, key=""):
    with transaction():
        return operations.accept_gift(
            who, reference, address, request_key=key or new_key(), at=clock.now()
        )


def leave(who, reference, *, key=""):
    with transaction():
        return operations.decline_gift(who, reference, request_key=key or new_key(), at=clock.now())


def gift_of(reference):
    line = line_of(reference)
    return session().get_one(Gift, line.id, populate_existing=True)


def codes_of(who, reference):
    with transaction():
        return reveal_codes(who, reference, shown_as=ShownAs.PAGE, at=clock.now())


# What may be given, and to whom


@pytest.mark.parametrize(
    ("stock", "may_be"),
    [
        (stock_reward, True),
        (stock_gift_card, True),
        (stock_badge, False),
        (stock_lisbon_trip, False),
    ],
)
def test_cards_and_things_may_be_given_and_what_is_for_oneself_may_not(house, jonas, stock, may_be):
    offer = stock()
    assert (gift_obstacle(offer) == "") is may_be
    if not may_be:
        with pytest.raises(NoGift):
            give(house.maya, offer, jonas)


def test_a_curator_keeps_a_reward_from_being_given(house, jonas, card):
    with transaction():
        amend_reward(house.priya, card.reward_id, at=clock.now(), no_gifts=True)
    with pytest.raises(NoGift, match="for yourself"):
        give(house.maya, card, jonas)
    assert points_now(house.maya).held == 0


def test_nobody_gives_to_oneself_to_who_left_or_to_nobody(house, jonas, card):
    with transaction():
        mark_left(jonas.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    for who in (house.maya, jonas, replace(jonas, employee_id=999_999)):
        with pytest.raises(NotToThem):
            give(house.maya, card, who)
    assert points_now(house.maya).held == 0


def test_who_set_its_terms_gets_it_through_nobody(house, jonas, card):
    with transaction():
        set_price(house.priya, card.variant_id, 4_000, at=clock.now())
    cheaper = offer(house.maya, card.variant_id, at=clock.now())
    with pytest.raises(NotToThem, match="can't be given to Priya Nair"):
        give(house.maya, cheaper, house.priya)
    assert points_now(house.maya).held == 0
    assert line_of(give(house.maya, cheaper, jonas)).recipient_id == jonas.id


def test_what_a_colleague_may_not_have_is_not_given_to_them(house, card):
    far_away = actor(employ("Jonas Lind", country="SE"))
    with transaction():
        only = {AudienceAttribute.COUNTRY: ["US"]}
        open_to(only, reward_id=card.reward_id, at=clock.now())
    with pytest.raises(NotToThem, match="can't be given to Jonas Lind"):
        give(house.maya, card, far_away)


# The way of a gift


def test_the_giver_pays_and_the_colleague_is_asked_before_anything_is_made(
    house, jonas, card, queue
):
    reference = given(house.maya, card, jonas, queue)
    assert story_of(reference) == [S.APPROVED]
    assert (points_now(house.maya).held, points_now(jonas).held) == (5_000, 0)
    assert stock_of(card.variant_id) == (5, 1, 0)
    assert gift_of(reference).answer_by == clock.now() + timedelta(days=ANSWER_DAYS)
    assert subjects_to(jonas) == ["Maya Chen gives you Lumen Books gift card"]
    assert ledger_violations() == []


def test_taken_it_is_the_colleagues_alone(house, jonas, card, queue):
    reference = given(house.maya, card, jonas, queue)
    take(jonas, reference)
    queue.run_due()
    assert line_of(reference).state is S.FULFILLED
    assert points_now(house.maya).held == 0
    with pytest.raises(NotFound):
        codes_of(house.maya, reference)
    assert len(codes_of(jonas, reference)) == 1
    assert "Jonas Lind took your gift" in subjects_to(house.maya)
    assert "Your voucher is ready" not in " ".join(subjects_to(house.maya))
    assert ledger_violations() == []


def test_left_the_points_go_back_to_the_giver(house, jonas, card, queue):
    reference = given(house.maya, card, jonas, queue)
    leave(jonas, reference)
    queue.run_due()
    assert line_of(reference).state is S.CANCELLED
    assert points_now(house.maya).held == 0
    assert stock_of(card.variant_id) == (5, 0, 0)
    page = queries.request_page(house.maya, reference, at=clock.now())
    assert any("Jonas Lind did not take it." in item.note for item in page.story)
    assert ledger_violations() == []


def test_without_an_answer_it_ends_after_its_days(house, jonas, card, queue, time):
    reference = given(house.maya, card, jonas, queue)
    time.forward(days=ANSWER_DAYS - 1)
    lapse()
    assert line_of(reference).state is S.APPROVED
    time.forward(days=1)
    with pytest.raises(NotAnswerable, match="days to answer are over"):
        take(jonas, reference)
    lapse()
    assert (line_of(reference).state, gift_of(reference).state) == (S.CANCELLED, GiftState.LAPSED)
    assert points_now(house.maya).held == 0
    assert ledger_violations() == []


def test_a_colleague_who_leaves_takes_nothing(house, jonas, card, queue):
    reference = given(house.maya, card, jonas, queue)
    with transaction():
        mark_left(jonas.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    lapse()
    assert (line_of(reference).state, gift_of(reference).state) == (S.CANCELLED, GiftState.LAPSED)


def test_a_parcel_goes_where_the_colleague_says_and_the_giver_does_not_see_it(
    house, jonas, queue, sign_in
):
    pack = stock_reward("Trail backpack", points=8_900)
    reference = given(house.maya, pack, jonas, queue)
    with pytest.raises(AddressMissing):
        take(jonas, reference)
    take(jonas, reference, replace(HOME, recipient="Jonas Lind", street="Hamngatan 7"))
    queue.run_due()
    assert session().scalar(sa.select(DeliveryAddress.street)) == "Hamngatan 7"
    assert "Hamngatan" not in sign_in(house.maya.id).get(f"/redemptions/{reference}").text
    assert "Hamngatan" in sign_in(jonas.id).get(f"/gifts/{reference}").text
    ana = sign_in(employ("Ana Sousa", roles=(Role.FULFILLMENT,)))
    assert "Jonas Lind" in ana.get("/manage/fulfillment").text


def test_what_was_taken_is_not_canceled_by_the_giver_and_what_is_open_is(house, jonas, card, queue):
    first, second = (given(house.maya, card, jonas, queue) for _ in range(2))
    take(jonas, first)
    with pytest.raises(NotCancellable, match="A colleague has taken this gift"):
        cancel(house.maya, first)
    cancel(house.maya, second)
    with pytest.raises(NotAnswerable, match="taken back"):
        take(jonas, second)
    assert points_now(house.maya).held == 5_000


def test_a_gift_of_somebody_else_is_not_there(house, jonas, card, queue):
    reference = given(house.maya, card, jonas, queue)
    for answer in (take, leave):
        with pytest.raises(NotFound):
            answer(house.omar, reference)
    with pytest.raises(NotFound):
        received_gift(house.omar, reference, at=clock.now())


def test_the_same_answer_again_is_the_same_deed(house, jonas, card, queue):
    reference = given(house.maya, card, jonas, queue)
    take(jonas, reference, key="one-form")
    assert take(jonas, reference, key="one-form") == reference
    with pytest.raises(NotAnswerable, match="answered before"):
        leave(jonas, reference)


# Approval


def test_approval_looks_at_the_giver_and_comes_before_the_colleague_is_asked(
    house, jonas, queue, time, sign_in
):
    large = stock_gift_card(points=12_000)
    reference = given(house.maya, large, jonas, queue)
    assert line_of(reference).state is S.PENDING_APPROVAL
    assert received_gifts(jonas, at=clock.now()) == []
    assert "Gift to" in sign_in(house.omar.id).get(f"/approvals/{reference}").text
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert [gift.reference for gift in received_gifts(jonas, at=clock.now())] == [reference]


def test_a_gift_to_the_manager_is_decided_by_somebody_else(house, queue):
    large = stock_gift_card(points=12_000)
    reference = give(house.maya, large, house.omar)
    asked = session().scalars(sa.select(ApprovalAssignee.employee_id)).all()
    assert house.omar.id not in asked
    assert house.maya.id not in asked
    assert line_of(reference).state is S.PENDING_APPROVAL


def test_who_gets_it_has_no_say_even_when_asked(house, jonas, queue):
    large = stock_gift_card(points=12_000)
    reference = give(house.maya, large, jonas)
    step = session().scalars(sa.select(ApprovalAssignee)).first()
    with transaction():
        jonas_too = [Candidate(jonas.id, jonas.name, "manager")]
        write_assignees(step.step_id, step.line_id, house.maya.id, jonas_too)
    with pytest.raises(GiftToOneself):
        approve(jonas, reference)
    with pytest.raises(OwnRequest):
        approve(house.maya, reference)


# Pages


def test_maya_chooses_a_colleague_on_the_check_page_on_purpose(house, jonas, card, queue, sign_in):
    maya = sign_in(house.maya.id)
    address = f"/rewards/{card.slug}/redeem?variant={card.variant_id}"
    plain = maya.get(address).text
    assert "Give it to a colleague" in plain
    assert "Whom is it for?" not in plain
    page = maya.get(f"{address}&gift=1")
    assert "You can cancel it until your colleague takes it." in page.text
    assert lint_page(page.text) == []
    form = form_of(page) | {"gift": "1", "message": WORDS}
    nobody = maya.post(f"{address}&gift=1", data=form | {"gift_to": "Nobody at all"})
    assert "Nobody else at work is called that." in nobody.text
    found = maya.post(f"{address}&gift=1", data=form | {"gift_to": "jonas"})
    assert points_now(house.maya).held == 0
    assert "Whom do you mean?" in found.text
    sent = form_of(found) | {"gift": "1", "gift_to": "jonas", "message": WORDS}
    other = sent | {"gift_to": "omar", "recipient_id": str(jonas.id)}
    assert "Whom do you mean?" in maya.post(f"{address}&gift=1", data=other).text
    assert points_now(house.maya).held == 0
    answer = maya.post(f"{address}&gift=1", data=sent | {"recipient_id": str(jonas.id)})
    reference = re.search(r"R-\w+", answer.location)[0]
    assert gift_of(reference).message == WORDS
    queue.run_due()
    shown = maya.get(f"/redemptions/{reference}").text
    assert "Your colleague is asked now. 5,000 points are set aside meanwhile." in shown
    assert "You can cancel it until Jonas Lind takes it." in shown
    assert "Jonas Lind’s if they take it" in shown
    assert "Jonas Lind: not accepted yet" in shown
    assert "Jonas Lind takes it, or not" in shown
    assert "Not taken yet" in shown
    listed = maya.get("/redemptions").text
    assert "A gift to <bdi>Jonas Lind</bdi>" in listed
    assert "Not taken yet" in listed


def test_jonas_takes_it_on_its_page_and_finds_his_code_there(house, jonas, card, queue, sign_in):
    reference = given(house.maya, card, jonas, queue)
    client = sign_in(jonas.id)
    assert "Waiting for you" in client.get("/gifts").text
    page = client.get(f"/gifts/{reference}")
    assert lint_page(page.text) == []
    assert WORDS in page.text
    assert client.post(f"/gifts/{reference}", data=hidden_fields(page.text)).status_code == 303
    queue.run_due()
    assert client.get(f"/redemptions/{reference}").location.endswith(f"/gifts/{reference}")
    after = client.get(f"/gifts/{reference}")
    code = client.post(f"/redemptions/{reference}/code", data=hidden_fields(after.text))
    assert code.status_code == 200
    maya = sign_in(house.maya.id)
    refused = maya.post(
        f"/redemptions/{reference}/code", data=hidden_fields(maya.get("/redemptions").text)
    )
    assert refused.status_code in {404, 422}
    assert "has taken it" in maya.get(f"/redemptions/{reference}").text


# Many at once, and a process that dies


def _answers(app, house, jonas, card, queue, run):
    reference = given(house.maya, card, jonas, queue)
    session().close()

    def act(number):
        return (
            (take, leave)[number % 2](jonas, reference)
            if number < 4
            else cancel(house.maya, reference)
        )

    results = run(app, 5, act)
    session().close()
    return reference, [one for one in results if isinstance(one, str)]


@pytest.mark.race
def test_of_taking_leaving_and_canceling_at_once_one_counts(app, house, jonas, card, queue):
    _reference, done = _answers(app, house, jonas, card, queue, all_at_once)
    assert len(done) == 1
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_lock_of_the_line_a_canceled_gift_is_taken(
    app, house, jonas, card, queue, monkeypatch
):
    reference = given(house.maya, card, jonas, queue)
    cancel(house.maya, reference)
    monkeypatch.setattr(operations, "answer_obstacle", lambda *_args, **_more: "")
    lock = operations.lock_line
    monkeypatch.setattr(operations, "lock_line", lambda line_id, _among: lock(line_id, set(S)))
    take(jonas, reference)
    assert gift_of(reference).state is GiftState.ACCEPTED
    assert line_of(reference).state is S.CANCELLED


class Died(Exception):
    """The process is gone; what it had not committed is too."""


POINTS = sorted(points_in(ROOT / "redemption/gifts/operations.py"))


@pytest.mark.parametrize("point", POINTS)
def test_who_dies_at_a_named_point_of_an_answer_leaves_nothing_half_done(
    house, jonas, card, queue, time, monkeypatch, point
):
    deaths = []

    def die(name):
        if name == point and not deaths:
            deaths.append(name)
            raise Died(name)

    monkeypatch.setattr(operations, "crashpoint", die)
    first, second, third = (given(house.maya, card, jonas, queue) for _ in range(3))
    _again(lambda: take(jonas, first))
    _again(lambda: leave(jonas, second))
    time.forward(days=ANSWER_DAYS)
    _again(lapse)
    queue.run_due()
    assert deaths == [point]
    assert [line_of(one).state for one in (first, second, third)] == [
        S.FULFILLED,
        S.CANCELLED,
        S.CANCELLED,
    ]
    assert ledger_violations() == []


def _again(work):
    try:
        return work()
    except Died:
        session().rollback()
        session().close()
        return work()


def test_a_gift_is_not_prepared_before_it_is_taken_without_the_wait_it_would_be(
    house, jonas, card, queue, monkeypatch
):
    monkeypatch.setattr(ending, "_waiters", [])
    reference = given(house.maya, card, jonas, queue)
    assert line_of(reference).state is S.FULFILLED
    assert "I33-gifts" in {violation.id for violation in ledger_violations()}


def test_lines_of_a_request_are_for_oneself(house, card):
    assert [line.recipient_id for line in lines_of(ask_for(house.maya, card))] == [None]
