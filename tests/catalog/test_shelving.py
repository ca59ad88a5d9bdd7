"""A schedule is a window; a draft nobody asked for is put aside; what was asked for stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.errors import CannotDiscard, SlugTaken
from catalog.models import MemberUsage, PriceVersion, Reward, Variant
from catalog.states import RewardState, Standing, standing_of
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound
from marketplace.ledger.check import ledger_violations
from tests.support.browsing import hidden_fields
from tests.support.catalog import add_variant, draft_reward, stock_reward
from tests.support.page_lint import lint_page

DAY = timedelta(days=1)


def schedule(priya, reward_id, begins, ends, at):
    with transaction():
        operations.schedule_reward(priya, reward_id, begins, ends, at=at)


def test_a_draft_published_ahead_of_time_comes_and_goes_by_itself(priya, maya, at):
    reward_id = draft_reward("Winter box")
    variant_id = add_variant(reward_id)
    schedule(priya, reward_id, at + DAY, at + 2 * DAY, at)
    with transaction():
        operations.publish_reward(priya, reward_id, at=at)
    for when, is_seen in ((at, False), (at + DAY, True), (at + 2 * DAY, False)):
        if is_seen:
            assert queries.offer(maya, variant_id, at=when).name == "Winter box"
        else:
            with pytest.raises(NotFound):
                queries.offer(maya, variant_id, at=when)
    assert queries.reward_editor("winter-box", at=at).standing(at) is Standing.SCHEDULED


def test_where_a_reward_stands_follows_its_window(at):
    published = RewardState.PUBLISHED
    assert standing_of(published, None, None, at) is Standing.ON_SHELF
    assert standing_of(published, at, None, at) is Standing.ON_SHELF
    assert standing_of(published, at + DAY, None, at) is Standing.SCHEDULED
    assert standing_of(published, None, at, at) is Standing.ENDED
    assert standing_of(RewardState.RETIRED, at + DAY, None, at) is Standing.RETIRED


def test_an_end_before_the_beginning_or_before_now_is_refused(priya, at):
    backpack = stock_reward()
    with pytest.raises(BadInput, match="end before it begins"), transaction():
        operations.schedule_reward(priya, backpack.reward_id, at + DAY, at + DAY, at=at)
    with pytest.raises(BadInput, match="over already"), transaction():
        operations.schedule_reward(priya, backpack.reward_id, None, at - DAY, at=at)


def test_the_same_schedule_again_leaves_no_trace(priya, at):
    backpack = stock_reward()
    for _ in range(2):
        schedule(priya, backpack.reward_id, None, at + DAY, at)
    deeds = [change.action for change in queries.reward_editor(backpack.slug, at=at).changes]
    assert deeds.count("catalog.schedule") == 1


def test_words_written_from_an_old_page_leave_the_schedule_alone(priya, at):
    backpack = stock_reward()
    schedule(priya, backpack.reward_id, None, at + DAY, at)
    words = operations.RewardText(name="Trail backpack", tier_slug="explorer", summary="New.")
    with transaction():
        operations.rewrite_reward(priya, backpack.reward_id, words, at=at)
    assert queries.reward_editor(backpack.slug, at=at).visible_until == at + DAY


def test_a_discarded_draft_gives_its_address_away_and_can_not_come_back(priya, at):
    first = draft_reward("Bare idea")
    add_variant(first)
    with transaction():
        operations.discard_draft(priya, first, reason="A slip", at=at)
    second = draft_reward("Bare idea")
    rows = session().execute(sa.select(Reward.id, Reward.slug)).all()
    assert dict(rows) == {first: f"bare-idea~{first}", second: "bare-idea"}
    with pytest.raises(SlugTaken):
        draft_reward("Bare idea")
    with pytest.raises(BadInput, match="was discarded"), transaction():
        operations.publish_reward(priya, first, at=at)
    assert ledger_violations(["C-moves"]) == []


def test_what_was_on_the_shelf_once_is_retired_and_not_discarded(priya, at):
    backpack = stock_reward()
    with pytest.raises(CannotDiscard, match="Retire it"), transaction():
        operations.discard_draft(priya, backpack.reward_id, at=at)
    with transaction():
        operations.retire_reward(priya, backpack.reward_id, reason="", at=at)
    with pytest.raises(CannotDiscard), transaction():
        operations.discard_draft(priya, backpack.reward_id, at=at)
    with pytest.raises(IllegalMove), transaction():
        operations.retire_reward(priya, backpack.reward_id, reason="", at=at)


def test_a_draft_somebody_had_once_stays(priya, maya, at):
    reward_id = draft_reward("Bare idea")
    with transaction():
        usage = MemberUsage(
            reward_id=reward_id, employee_id=maya.id, period="ever", used=1, allowed=1
        )
        session().add(usage)
    with pytest.raises(CannotDiscard, match="asked for this already"), transaction():
        operations.discard_draft(priya, reward_id, at=at)


@pytest.mark.parametrize("thing", [Reward, Variant, PriceVersion])
def test_the_database_refuses_to_delete_a_reward(at, thing):
    stock_reward()
    with pytest.raises(sa.exc.DBAPIError), transaction():
        session().execute(sa.delete(thing))


@pytest.fixture
def client(priya, sign_in):
    return sign_in(priya.id)


def send(client, path, of=None, **entered):
    text = client.get(of or path).text
    assert lint_page(text) == []
    return client.post(path, data=hidden_fields(text) | entered)


def test_priya_enters_a_schedule_in_utc(client, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    times = {"from_day": "2026-12-01", "from_time": "09:30", "until_day": "2027-01-01"}
    assert send(client, f"{path}/schedule", **times).status_code == 303
    page = client.get(path).text
    assert lint_page(page) == []
    assert "Scheduled" in page
    assert "1 Dec 2026, 09:30 UTC" in page
    assert "Offered from 1 Dec 2026, 09:30 UTC until 1 Jan 2027, 00:00 UTC" in page
    assert 'value="09:30"' in client.get(f"{path}/schedule").text
    assert send(client, f"{path}/schedule", from_day="", from_time="").status_code == 303
    assert queries.reward_editor(backpack.slug, at=at).visible_from is None


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"from_day": "tomorrow"}, "Not a valid date"),
        ({"from_time": "09:00"}, "Enter the day, too"),
        ({"until_day": "2026-01-01"}, "over already"),
        ({"from_day": "2027-02-01", "until_day": "2027-01-01"}, "end before it begins"),
        ({"until_day": "9999-12-31"}, "between the years"),
    ],
)
def test_a_schedule_that_can_not_be_is_said_at_its_field(client, at, entered, said):
    backpack = stock_reward()
    answer = send(client, f"/manage/catalog/{backpack.slug}/schedule", **entered)
    assert answer.status_code == 422
    assert said in answer.text


def test_priya_discards_a_draft_and_reads_what_became_of_it(client, at):
    draft_reward("Bare idea")
    path = "/manage/catalog/bare-idea"
    assert "Its address can be used again" in client.get(f"{path}/discard").text
    assert send(client, f"{path}/discard", reason="Written twice").status_code == 303
    page = client.get(path).text
    assert lint_page(page) == []
    assert "This draft was discarded" in page
    assert "Discarded: Written twice" in page
    assert client.get(f"{path}/schedule").status_code == 404
    assert client.get(f"{path}/variants/new").status_code == 404


def test_every_field_that_changed_is_told_with_what_it_was(client, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}"
    changed = {
        "name": "Trail pack",
        "tier": "starter",
        "summary": "Trail backpack, ready to go.",
        "lead_days": "3",
        "limit_period": "ever",
    }
    send(client, path, **changed)
    page = client.get(path).text
    assert "Name: “Trail backpack” became “Trail pack”" in page
    assert "Tier: “Explorer” became “Starter”" in page
    assert "Working days until it is ready: 0 became 3" in page
