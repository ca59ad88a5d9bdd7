"""Policies are set by an administrator in versions, tried on a page, and hold as tried."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from marketplace.ledger.operations.values import set_point_value
from marketplace.ledger.worth import Money, PointValue
from marketplace.people.models import Department
from redemption.approvals.cli import approvals_cli
from redemption.approvals.gates import in_order
from redemption.approvals.models import ApprovalPolicy, ApprovalStep
from redemption.approvals.operations import policies
from redemption.approvals.operations.policies import Terms
from redemption.approvals.queries.routing import rules_in_force
from redemption.approvals.states import Asks
from redemption.operations import submit
from redemption.states import LineState
from tests.support.approvals import MONTHLY, add, open_pool, slugs
from tests.support.browsing import hidden_fields, words_on
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.racing import all_at_once
from tests.support.redemption import approve, ask_for, cancel, line_of, open_rewards_budget

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState
LIST = "/manage/approval-policies"


@pytest.fixture
def felix(house):
    return actor(employ("Felix Brandt", roles=(Role.FINANCE,)))


def department(name):
    with transaction():
        added = sa.insert(Department).values(name=name, name_key=name.casefold())
        return session().scalar(added.returning(Department.id))


def asked_of(reference):
    line_id = line_of(reference).id
    steps = session().scalars(sa.select(ApprovalStep.asks).where(ApprovalStep.line_id == line_id))
    return list(steps)


# What a new policy does to requests


def test_small_cards_of_one_month_come_to_finance_together(house, ada, felix):
    add(ada, "monthly", MONTHLY)
    card = stock_gift_card(points=3_000)
    assert line_of(ask_for(house.maya, card)).state is LineState.APPROVED
    second = ask_for(house.maya, card)
    assert (line_of(second).state, asked_of(second)) == (S.PENDING_APPROVAL, [Asks.FINANCE])
    with transaction():
        give_points(house.omar.id, 3_000)
    assert line_of(ask_for(house.omar, card)).state is LineState.APPROVED
    approve(felix, second)


def test_what_maya_withdrew_is_not_counted_and_what_waits_for_finance_is(house, ada, felix):
    add(ada, "monthly", MONTHLY)
    card = stock_gift_card(points=3_000)
    waits = [ask_for(house.maya, card) for _time in range(2)][-1]
    third = ask_for(house.maya, card)
    cancel(house.maya, waits)
    cancel(house.maya, third)
    few = stock_gift_card(points=2_999, name="Small card")
    assert line_of(ask_for(house.maya, few)).state is S.APPROVED
    assert line_of(ask_for(house.maya, card)).state is S.PENDING_APPROVAL


def test_cards_in_dollars_are_counted_together_in_euros(house, ada, felix):
    with transaction():
        for value in (PointValue("US", "USD", 120, 100), PointValue("DE", "EUR", 100, 100)):
            set_point_value(value, valid_from=clock.now().date())
    in_euros = replace(MONTHLY, minimum_points=0, minimum_worth=Money(5_000, "EUR"))
    add(ada, "monthly", in_euros)
    card = stock_gift_card(points=3_000)  # 30 dollars, which are 25 euros
    assert line_of(ask_for(house.maya, card)).state is S.APPROVED
    assert line_of(ask_for(house.maya, card)).state is S.PENDING_APPROVAL
    with transaction():
        give_points(house.omar.id, 6_000)
    less = stock_gift_card(points=2_990, name="Small card")
    ask_for(house.omar, less)
    assert line_of(ask_for(house.omar, less)).state is S.APPROVED


def test_a_course_of_a_newcomer_is_looked_at_by_the_manager_above(house, ada, time):
    newcomers = Terms("Newcomers", in_order(Asks.MANAGER, Asks.SECOND_MANAGER), months_under=3)
    add(ada, "newcomers", newcomers)
    nadia = employ("Nadia Ruiz", manager_id=house.omar.id, hired_on=clock.now().date())
    backpack = stock_reward(points=1)
    with transaction():
        give_points(nadia, 10)
    reference = ask_for(actor(nadia), backpack)
    assert asked_of(reference) == [Asks.MANAGER, Asks.SECOND_MANAGER]
    time.forward(days=92)
    assert line_of(ask_for(actor(nadia), backpack)).state is LineState.APPROVED


def test_a_trip_that_takes_much_of_the_budget_comes_to_its_owner_first(house, ada):
    large = Terms("Large", in_order(Asks.BUDGET_OWNER), ("individual_travel",), budget_percent=40)
    add(ada, "large", large)
    for _place in range(5):
        with transaction():
            assert policies.move_policy(ada, "large", -1, at=clock.now())
    assert slugs()[0] == "large"
    open_rewards_budget(100_000)
    reference = ask_for(house.maya, stock_lisbon_trip())
    assert asked_of(reference) == [Asks.BUDGET_OWNER]


def test_policies_put_in_place_later_can_still_change_places(house, ada):
    with transaction():
        session().execute(sa.delete(ApprovalPolicy).where(ApprovalPolicy.slug == "own-rewards"))
    add(ada, "monthly", MONTHLY)
    with transaction():
        assert policies.ensure_default_policies(at=clock.now()) == 1
    assert slugs()[-2:] == ["monthly", "own-rewards"]
    with transaction():
        policies.move_policy(ada, "monthly", 1, at=clock.now())
    assert slugs()[-2:] == ["own-rewards", "monthly"]


# Versions


def test_a_request_keeps_the_version_it_was_routed_by(house, ada):
    card = stock_gift_card(points=10_000)
    reference = ask_for(house.maya, card)
    terms = Terms("Cards from 20,000 points", in_order(Asks.MANAGER), ("gift_card",), (), 20_000)
    with transaction():
        policies.change_policy(ada, "large-gift-cards", terms, seen=1, at=clock.now())
    version = sa.select(ApprovalPolicy.version).join(
        ApprovalStep, ApprovalStep.policy_id == ApprovalPolicy.id
    )
    assert (session().scalar(version), line_of(reference).state) == (1, S.PENDING_APPROVAL)
    session().close()
    assert line_of(ask_for(house.maya, card)).state is LineState.APPROVED


def test_a_change_of_what_ada_has_not_seen_is_refused_and_nothing_is_changed(house, ada):
    before = [(rule.slug, rule.version) for rule in rules_in_force(at=clock.now())]
    session().close()
    with pytest.raises(BadInput, match="version 1 now and you saw version 7"), transaction():
        policies.change_policy(ada, "travel", MONTHLY, seen=7, at=clock.now())
    assert [(rule.slug, rule.version) for rule in rules_in_force(at=clock.now())] == before


@pytest.mark.parametrize("change", [policies.end_policy, policies.change_policy])
def test_ada_who_pressed_first_and_waited_for_samuel_is_told_of_his_version(house, ada, change):
    pressed = clock.now()
    samuel = actor(employ("Samuel Brandt", roles=(Role.ADMIN,)))
    later = pressed + timedelta(seconds=2)
    with transaction():
        policies.change_policy(samuel, "large-gift-cards", MONTHLY, seen=1, at=later)
    session().close()
    terms = () if change is policies.end_policy else (replace(MONTHLY, minimum_points=1),)
    with pytest.raises(BadInput, match="version 2 now and you saw version 1"), transaction():
        change(ada, "large-gift-cards", *terms, seen=1, at=pressed)


def test_the_same_again_makes_no_version(house, ada):
    add(ada, "monthly", MONTHLY)
    with transaction():
        assert not policies.change_policy(ada, "monthly", MONTHLY, seen=1, at=clock.now())


@pytest.mark.parametrize("terms", [MONTHLY, Terms("From 10", in_order(Asks.MANAGER), (), (), 10)])
def test_travel_always_needs_somebody(house, ada, terms):
    with pytest.raises(BadInput, match="could need nobody’s yes"), transaction():
        policies.change_policy(ada, "travel", terms, seen=1, at=clock.now())
    with pytest.raises(BadInput, match="could need nobody’s yes"), transaction():
        policies.end_policy(ada, "travel", seen=1, at=clock.now())
    assert "travel" in slugs()


def test_the_audit_tells_who_changed_what_into_what(house, ada):
    add(ada, "monthly", MONTHLY)
    with transaction():
        policies.end_policy(ada, "monthly", seen=1, at=clock.now())
    subject = AuditEntry.subject == "approval-policy:monthly"
    entries = sa.select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.details).where(subject)
    rows = session().execute(entries.order_by(AuditEntry.id))
    said = "Cards of a month: gift card, from 6,000 points within 30 days; asks someone in finance."
    assert [tuple(row) for row in rows] == [
        ("approval_policy.added", ada.id, {"version": 1, "after": said}),
        ("approval_policy.ended", ada.id, {"before": said}),
    ]


def test_the_audit_and_the_page_tell_departments_notice_and_trips_apart(house, ada, sign_in, time):
    sales, legal = department("Sales"), department("Legal")
    terms = replace(MONTHLY, departments=(sales,), notice_days=14, trips_per_year=1)
    add(ada, "monthly", terms)
    time.forward(minutes=1)
    now = replace(terms, departments=(legal,), notice_days=0, trips_per_year=None)
    with transaction():
        policies.change_policy(ada, "monthly", now, seen=1, at=clock.now())
    changed = AuditEntry.action == "approval_policy.changed"
    details = session().scalar(sa.select(AuditEntry.details).where(changed))
    session().close()
    assert "gift card, Sales, from 6,000" in details["before"]
    assert "within policy with 14 days of notice, 1 trip a year." in details["before"]
    assert "gift card, Legal, from 6,000" in details["after"]
    assert "within policy with 0 days of notice." in details["after"]
    page = words_on(sign_in(ada.id).get(f"{LIST}/monthly").text)
    assert "14 days of notice, 1 trip a year" in page
    assert "0 days of notice" in page


def test_a_version_that_only_moved_says_so_and_so_does_the_audit_of_both(house, ada, sign_in, time):
    add(ada, "monthly", MONTHLY)
    time.forward(minutes=1)
    with transaction():
        policies.move_policy(ada, "monthly", -1, at=clock.now())
    client = sign_in(ada.id)
    for slug in ("monthly", "own-rewards"):
        page = words_on(client.get(f"{LIST}/{slug}").text)
        assert "Version 2 Only its place in the order changed." in page
        assert page.count("Only its place") == 1
    moved = AuditEntry.action == "approval_policy.moved"
    subjects = session().scalars(sa.select(AuditEntry.subject).where(moved)).all()
    assert sorted(subjects) == ["approval-policy:monthly", "approval-policy:own-rewards"]


# At the same moment


def _ask_four_times(app, house, card):
    def ask(_number):
        return ask_for(house.maya, card)

    return [line_of(one).state for one in all_at_once(app, 4, ask)]


@pytest.mark.race
def test_four_small_cards_at_once_are_counted_together(app, house, ada):
    add(ada, "monthly", MONTHLY)
    states = _ask_four_times(app, house, stock_gift_card(points=3_000))
    assert sorted(states) == [S.APPROVED, *[S.PENDING_APPROVAL] * 3]


@pytest.mark.race
def test_control_planned_before_the_wallet_is_locked_they_slip_through(
    app, house, ada, monkeypatch
):
    look = submit._look
    monkeypatch.setattr(submit, "_look", lambda *what: submit_routed(look(*what)))
    submit_routed = submit._routed
    monkeypatch.setattr(submit, "_routed", lambda asking: asking)
    add(ada, "monthly", MONTHLY)
    states = _ask_four_times(app, house, stock_gift_card(points=3_000))
    if session().get_bind().dialect.name == "postgresql":
        assert states.count(S.APPROVED) > 1
    else:
        assert states.count(S.APPROVED) == 1  # one writer at a time is a lock of its own


@pytest.mark.race
def test_of_four_changes_at_once_one_counts_and_the_others_hear_which_version_there_is(
    app, house, ada
):
    def change(number):
        terms = replace(MONTHLY, minimum_points=number + 1)
        with transaction():
            at = clock.now()
            return policies.change_policy(ada, "large-gift-cards", terms, seen=1, at=at)

    answers = all_at_once(app, 4, change)
    assert answers.count(True) == 1
    told = [str(answer) for answer in answers if isinstance(answer, BadInput)]
    assert len(told) == 3, answers
    assert all("version 2 now and you saw version 1" in one for one in told)


# As a browser without JavaScript sees it


def test_priya_reads_the_policies_and_may_not_change_them(house, sign_in):
    priya = sign_in(house.priya.id)
    page = priya.get(LIST).text
    assert "group trip or individual travel" in page
    assert "the manager, then a travel approver" in page
    assert "Add a policy" not in page
    assert "Change it" not in priya.get(f"{LIST}/travel").text
    assert priya.get(f"{LIST}/travel/change").status_code == 403
    assert lint_page(page) == []


def test_ada_adds_changes_moves_and_ends_a_policy(house, ada, sign_in, time):
    client = sign_in(ada.id)
    fields = {
        "name": "Cards of a month",
        "kinds": "gift_card",
        "minimum_points": "6000",
        "worth": "60",
        "currency": "eur",
        "window_days": "30",
        "first_asks": "finance",
    }
    form = hidden_fields(client.get(f"{LIST}/new").text) | fields
    added = client.post(f"{LIST}/new", data=form)
    assert (added.status_code, added.location) == (303, f"{LIST}/cards-of-a-month")
    assert client.post(f"{LIST}/new", data=form).status_code == 303  # sent twice, added once
    page = client.get(added.location).text
    assert "gift card, from 6,000 points within 30 days, from €60 within 30 days" in page
    assert lint_page(page) == []
    change = client.get(f"{added.location}/change").text
    assert ('value="60"' in change, 'value="EUR"' in change) == (True, True)
    changed = hidden_fields(change) | fields | {"window_days": "7", "seen": "1"}
    assert client.post(f"{added.location}/change", data=changed).status_code == 303
    assert "Version 2" in client.get(added.location).text
    moved = hidden_fields(client.get(LIST).text) | {"way": "up"}
    assert client.post(f"{added.location}/move", data=moved).status_code == 303
    assert slugs()[-2] == "cards-of-a-month"
    time.forward(minutes=1)
    ended = hidden_fields(client.get(added.location).text) | {"seen": "3"}
    assert client.post(f"{added.location}/end", data=ended).status_code == 303
    assert "This policy has ended" in client.get(added.location).text
    assert "cards-of-a-month" not in slugs()
    assert "Cards of a month</a> <span" in client.get(LIST).text.partition("Ended</h2>")[2]
    again = hidden_fields(client.get(added.location).text) | {"seen": "3"}
    assert client.post(f"{added.location}/put-back", data=again).status_code == 303
    assert slugs()[-1] == "cards-of-a-month"
    page = client.get(added.location).text
    assert "Version 4" in page
    assert "Put this policy back" not in page
    assert "Ended</h2>" not in client.get(LIST).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Enter a name"),
        ({"worth": "6o", "currency": "EUR"}, "Enter a number such as"),
        ({"worth": "60"}, "Enter the currency of the amount"),
        ({"worth": "60", "currency": "XXQ"}, "Enter a currency by its three letters"),
        ({"window_days": "30"}, "Say from how many points"),
        ({"minimum_requests": "3"}, "Say within how many days"),
        ({"third_asks": "finance"}, "Choose who is asked second first."),
        ({"first_asks": "nobody"}, "nobody"),
        ({"budget_percent": "101"}, "to 100"),
        ({"kinds": "spaceship"}, "spaceship"),
    ],
)
def test_what_a_policy_cannot_say_is_told_and_nothing_is_added(house, ada, sign_in, fields, said):
    client = sign_in(ada.id)
    form = hidden_fields(client.get(f"{LIST}/new").text) | {"name": "Any", "first_asks": "manager"}
    answer = client.post(f"{LIST}/new", data=form | fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(slugs()) == 5


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 5_000, "1.5"])
@pytest.mark.parametrize("page", ["change", "end", "put-back"])
def test_a_version_that_cannot_be_one_is_refused_and_nothing_is_changed(
    house, ada, sign_in, page, seen
):
    client = sign_in(ada.id)
    form = hidden_fields(client.get(f"{LIST}/travel/change").text)
    form |= {"name": "Any", "first_asks": "manager", "seen": seen}
    answer = client.post(f"{LIST}/travel/{page}", data=form)
    after = client.get(f"{LIST}/travel").text
    assert "you saw version 0. Nothing was changed" in answer.text + after
    assert "Version 1, in force" in after


@pytest.mark.parametrize(
    "more", ["endpoint=x", "_method=POST", "_scheme=javascript&_external=1", "_anchor=x"]
)
def test_people_to_choose_from_lead_back_to_the_trial_whatever_its_address_said(
    house, sign_in, more
):
    page = sign_in(house.priya.id).get(f"{LIST}/try?who=a&kind=badge&points=5&{more}")
    assert page.status_code == 422
    assert f'href="{LIST}/try?' in page.text
    assert ("javascript:" in page.text, 'points=5#x"' in page.text) == (False, False)


def test_priya_tries_who_would_approve_a_trip_of_1240_euros_for_maya(house, sign_in):
    with transaction():
        value = PointValue("US", "EUR", 100, 100)
        set_point_value(value, valid_from=clock.now().date())
    client = sign_in(house.priya.id)
    page = client.get(
        f"{LIST}/try?who=Maya+Chen&kind=individual_travel&worth=1240&currency=EUR"
    ).text
    answer = page.rpartition("answer-title")[2]
    assert "Omar Haddad" in answer
    assert "Wei Zhang" in answer
    assert "124,000 points" in page
    assert lint_page(page) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("who=&kind=badge&points=5", "Enter who asks"),
        ("who=Nobody+Known&kind=badge&points=5", "Nobody at work fits."),
        ("who=a&kind=badge&points=5", "Several people fit."),
        ("who=Maya+Chen&kind=badge", "Enter the points, or what it is worth."),
        ("who=Maya+Chen&kind=badge&worth=5&currency=EUR", "Enter the points too"),
        ("who=Maya+Chen&kind=spaceship&points=5", "Not a valid choice"),
        ("who=Maya+Chen&kind=badge&points=" + "9" * 30, "whole number"),
    ],
)
def test_an_example_that_is_not_clear_is_asked_about(house, sign_in, asked, said):
    page = sign_in(house.priya.id).get(f"{LIST}/try?{asked}")
    assert page.status_code == 422
    assert said in page.text


def test_what_no_policy_names_is_told_as_it_is(app, house, sign_in):
    said = "What none of them names needs nobody, and travel is refused then."
    assert said in words_on(sign_in(house.priya.id).get(LIST).text)
    run = CliRunner().invoke(approvals_cli, ["policies"])
    assert run.output.endswith("What none of them names needs nobody; travel is refused then.\n")


def test_a_trial_without_a_tier_says_that_it_has_none(house, sign_in):
    page = sign_in(house.priya.id).get(f"{LIST}/try").text
    assert '<option value="">No tier</option>' in page.replace(" selected", "")


@pytest.mark.parametrize("points", [9_000, 10_000])
def test_the_trial_says_what_a_request_then_does(house, sign_in, points):
    page = sign_in(house.priya.id).get(f"{LIST}/try?who=Maya+Chen&kind=gift_card&points={points}")
    needs_nobody = "Nobody has to say yes" in page.text
    state = line_of(ask_for(house.maya, stock_gift_card(points=points))).state
    assert needs_nobody is (state is LineState.APPROVED)


def test_who_asks_and_who_approves_hear_that_requests_count_together(
    house, ada, sign_in, queue, time
):
    felix = actor(employ("Felix Braun", roles=(Role.FINANCE,)))
    add(ada, "monthly", MONTHLY)
    card = stock_gift_card(points=4_000)
    first = ask_for(house.maya, card)
    assert line_of(first).state is S.APPROVED
    maya = sign_in(house.maya.id)
    check = f"/rewards/{card.slug}/redeem?variant={card.variant_id}"
    said = "It counts together with a request before."
    assert said in maya.get(f"/rewards/{card.slug}").text
    assert said in maya.get(check).text
    second = ask_for(house.maya, card)
    queue.run_due()
    assert said in maya.get(f"/redemptions/{second}").text
    told = "You are asked because it counts together with a request before."
    assert told in sign_in(felix.id).get(f"/approvals/{second}").text
    letters = session().scalars(sa.select(Letter.text).where(Letter.text.contains(said))).all()
    assert len(letters) == 2  # one to Maya, one to Felix
    assert line_of(first).snapshot["counted"] == 0


def test_ada_says_in_the_form_whom_gates_ask_and_how_many_of_them(house, ada, sign_in):
    open_pool("travel-desk", house.wei.id)
    client = sign_in(ada.id)
    fields = {
        "name": "Far away",
        "kinds": "group_trip",
        "countries": "jp, NO",
        "first_asks": ["manager", "finance"],
        "first_needs": "1",
        "second_asks": "pool:travel-desk",
        "second_needs": "all",
    }
    form = hidden_fields(client.get(f"{LIST}/new").text) | fields
    assert client.post(f"{LIST}/new", data=form).status_code == 303
    page = client.get(f"{LIST}/far-away").text
    assert "the manager or someone in finance, then all of Travel desk" in page
    assert "to Japan or Norway" in page
    wrong = form | {"first_asks": "manager", "first_needs": "2"}
    refused = client.post(f"{LIST}/new", data=wrong)
    assert refused.status_code == 422
    assert "The manager is one person, so that is one yes." in refused.text
