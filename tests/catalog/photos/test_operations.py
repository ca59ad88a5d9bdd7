"""A photo stands as a whole, is replaced as a whole, and goes for good."""

import threading

import pytest
import sqlalchemy as sa

from catalog import operations as catalog_operations
from catalog import queries
from catalog.models import Reward
from catalog.photos import operations
from catalog.photos.cutting import cut_photo
from catalog.photos.models import PhotoFile
from catalog.photos.operations import Caption, describe_photo, give_photo, remove_photo
from catalog.photos.queries import photo_file
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from tests.support.catalog import draft_reward, stock_gift_card, stock_reward
from tests.support.photos import WORDS, give_photo_to
from tests.support.pictures import photo
from tests.support.racing import all_at_once


def kept_files(reward_id: int) -> set[tuple[str, str]]:
    session().close()
    rows = session().execute(
        sa.select(PhotoFile.digest, PhotoFile.name).where(
            PhotoFile.reward_id == reward_id, PhotoFile.content.is_not(None)
        )
    )
    return {(row.digest, row.name) for row in rows}


def files_of(digest: str) -> set[tuple[str, str]]:
    return {(digest, name) for name in ("320.webp", "640.webp", "1280.webp", "1280.jpg")}


def latest(slug: str, at):
    return queries.reward_editor(slug, at=at).changes[0]


def test_priya_gives_a_reward_a_photo_and_the_history_says_so(priya, at):
    backpack = stock_reward()
    digest = give_photo_to(backpack.reward_id, actor=priya, x=30, y=80)
    page = queries.reward_editor(backpack.slug, at=at)
    assert page.photo == {
        "digest": digest,
        "width": 1280,
        "height": 800,
        "widths": [320, 640, 1280],
        "color": page.photo["color"],
        "alt": WORDS,
        "x": 30,
        "y": 80,
    }
    assert kept_files(backpack.reward_id) == files_of(digest)
    change = latest(backpack.slug, at)
    assert (change.who, change.action) == ("Priya Nair", "catalog.photo")
    assert change.details == {"before": None, "after": digest, "alt": WORDS}


def test_a_draft_that_priya_discarded_takes_no_photo(priya, at):
    draft_id = draft_reward("Bare idea")
    with transaction():
        catalog_operations.discard_draft(priya, draft_id, at=at)
    with pytest.raises(BadInput, match="was discarded"):
        give_photo_to(draft_id)
    assert kept_files(draft_id) == set()


def test_another_photo_takes_the_place_of_the_whole_first(priya, at):
    backpack, card = stock_reward(), stock_gift_card()
    first = give_photo_to(backpack.reward_id)
    beside = give_photo_to(card.reward_id)
    second = give_photo_to(backpack.reward_id, photo(size=(1_500, 900)))
    assert kept_files(backpack.reward_id) == files_of(second)
    assert kept_files(card.reward_id) == files_of(beside)
    assert latest(backpack.slug, at).details["before"] == first
    assert photo_file(backpack.slug, first, "640.webp").content is None


def test_the_same_photo_may_come_back(priya, at):
    backpack = stock_reward()
    first = give_photo_to(backpack.reward_id)
    give_photo_to(backpack.reward_id, photo(size=(1_500, 900)))
    assert give_photo_to(backpack.reward_id) == first
    assert kept_files(backpack.reward_id) == files_of(first)


def test_other_words_are_kept_and_the_same_are_no_change(priya, at):
    backpack = stock_reward()
    give_photo_to(backpack.reward_id)
    decoration = Caption(alt="", is_decorative=True, x=10, y=20)
    for _ in range(2):
        with transaction():
            describe_photo(priya, backpack.reward_id, decoration, at=at)
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.photo["alt"], page.photo["x"], page.photo["y"]) == ("", 10, 20)
    assert [change.action for change in page.changes].count("catalog.describe_photo") == 1


def test_a_photo_that_is_taken_away_is_gone_for_good(priya, at):
    backpack = stock_reward()
    digest = give_photo_to(backpack.reward_id)
    with transaction():
        assert remove_photo(priya, backpack.reward_id, at=at)
        assert not remove_photo(priya, backpack.reward_id, at=at)
    assert queries.reward_editor(backpack.slug, at=at).photo == {}
    assert kept_files(backpack.reward_id) == set()
    change = latest(backpack.slug, at)
    assert (change.action, change.details) == (
        "catalog.remove_photo",
        {"before": digest, "alt": WORDS},
    )
    with pytest.raises(NotFound, match="has no photo any more"), transaction():
        describe_photo(priya, backpack.reward_id, Caption(alt="A hill"), at=at)


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ({"alt": ""}, "or mark it as decoration"),
        ({"alt": "A hill", "is_decorative": True}, "one or the other"),
        ({"alt": "a" * 201}, "under 200 characters; it has 201"),
        ({"alt": "A hill", "x": 101}, "from 0 to 100"),
        ({"alt": "A hill", "y": -1}, "from 0 to 100"),
    ],
)
def test_words_are_needed_unless_it_is_decoration(caption, said):
    with pytest.raises(BadInput, match=said):
        Caption(**caption)


def test_a_reward_that_is_not_there_gets_no_photo(priya, at):
    cut = cut_photo("a.jpg", photo())
    with pytest.raises(NotFound), transaction():
        give_photo(priya, 999_999, cut, Caption(alt="A hill"), at=at)
    assert session().scalar(sa.select(sa.func.count()).select_from(PhotoFile)) == 0


def test_an_upload_that_breaks_in_the_middle_leaves_the_photo_before(priya, at, monkeypatch):
    backpack = stock_reward()
    first = give_photo_to(backpack.reward_id)
    put, done = operations._put_file, []

    def break_at_the_third(*file):
        done.append(file)
        if len(done) == 3:
            raise ConnectionError
        put(*file)

    monkeypatch.setattr(operations, "_put_file", break_at_the_third)
    with pytest.raises(ConnectionError):
        give_photo_to(backpack.reward_id, photo(size=(1_500, 900)))
    assert kept_files(backpack.reward_id) == files_of(first)
    assert queries.reward_editor(backpack.slug, at=at).photo["digest"] == first


def _upload_at_once(app, reward_id, actor, at) -> set[str]:
    """Two photos for one reward at the same time; the digests of both."""
    cuts = [cut_photo("a.jpg", photo(size=(1_600, 900 + 20 * number))) for number in range(2)]

    def upload(number: int) -> str:
        with transaction():
            give_photo(actor, reward_id, cuts[number], Caption(alt=f"Hill {number}"), at=at)
        return cuts[number].digest

    session().close()
    digests = set(all_at_once(app, 2, upload))
    assert digests == {cut.digest for cut in cuts}
    return digests


@pytest.mark.race
def test_two_managers_upload_at_once_and_one_whole_photo_is_left(app, priya, at):
    backpack = stock_reward()
    for _ in range(3):
        digests = _upload_at_once(app, backpack.reward_id, priya, at)
        session().close()
        standing = session().scalar(sa.select(Reward.photo).where(Reward.id == backpack.reward_id))
        assert standing["digest"] in digests
        assert kept_files(backpack.reward_id) == files_of(standing["digest"])


@pytest.mark.race
@pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_control_without_the_lock_the_files_of_both_are_left(app, priya, at, monkeypatch):
    """SQLite has one writer anyway. Both empty the other's files before either is to be seen."""
    backpack = stock_reward()
    both, empty = threading.Barrier(2), operations._empty_files

    def unlocked(reward_id: int) -> Reward:
        return session().get_one(Reward, reward_id)

    def empty_together(*of, **keep) -> None:
        empty(*of, **keep)
        both.wait(timeout=20)

    monkeypatch.setattr(operations, "locked_reward", unlocked)
    monkeypatch.setattr(operations, "_empty_files", empty_together)
    digests = _upload_at_once(app, backpack.reward_id, priya, at)
    assert {digest for digest, _ in kept_files(backpack.reward_id)} == digests
