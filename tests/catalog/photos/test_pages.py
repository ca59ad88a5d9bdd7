"""Priya gives rewards photos in the browser, and everybody sees them where the art was."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage

from catalog import operations as catalog_operations
from catalog import queries
from catalog.photos import operations
from marketplace.kernel.db import transaction
from tests.support.browsing import hidden_fields
from tests.support.catalog import draft_reward, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.page_lint import lint_page
from tests.support.photos import WORDS, give_photo_to
from tests.support.pictures import an_archive, bomb, photo
from tests.support.redemption import ask_for, furnish

SAID = {"alt": WORDS, "x": "30", "y": "70"}


class Desk:
    """Priya's browser."""

    def __init__(self, client):
        self.client = client

    def page(self, path):
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        assert lint_page(answer.text) == []
        return answer.text

    def send(self, path, *, of=None, content=None, name="hills.jpg", **entered):
        fields = hidden_fields(self.page(of or path)) | entered
        if content is not None:
            fields["photo"] = (io.BytesIO(content), name)
        return self.client.post(path, data=fields, content_type="multipart/form-data")


@pytest.fixture
def desk(priya, sign_in):
    return Desk(sign_in(priya.id))


def pictures_in(page: str) -> list[str]:
    """The addresses of photo files in a page."""
    return re.findall(r'src="(/rewards/[^"]+/photo/[^"]+)"', page)


def assert_leads_to_art(browser, address):
    moved = browser.get(address)
    assert (moved.status_code, moved.headers["Cache-Control"]) == (302, "no-store")
    art = browser.get(moved.location)
    assert (art.status_code, art.mimetype) == (200, "image/svg+xml")


def photo_of(slug, at):
    return queries.reward_editor(slug, at=at).photo


def test_priya_uploads_a_photo_and_maya_sees_it_on_the_shelf_and_on_its_page(
    desk, maya, sign_in, at
):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/photo"
    assert "No photo yet" in desk.page(path)
    sent = desk.send(path, content=photo(), **SAID)
    assert (sent.status_code, sent.location) == (303, path)
    shown = desk.page(path)
    assert "People see this" in shown
    assert "Given a photo: Green hills" in desk.page(f"/manage/catalog/{backpack.slug}")
    browser = sign_in(maya.id)
    for page in ("/rewards", f"/rewards/{backpack.slug}"):
        html = browser.get(page).text
        assert lint_page(html) == []
        (address,) = pictures_in(html)
        assert f'alt="{WORDS}"' in html
        assert "focus-x-30 focus-y-70" in html
        assert html.count("640.webp 640w") == 1
        assert browser.get(address).mimetype == "image/jpeg"


def test_the_words_alone_can_change_and_the_photo_stays(desk, at):
    backpack = stock_reward()
    digest = give_photo_to(backpack.reward_id)
    path = f"/manage/catalog/{backpack.slug}/photo"
    assert desk.send(path, alt="", is_decorative="y", x="", y="").status_code == 303
    kept = photo_of(backpack.slug, at)
    assert (kept["digest"], kept["alt"], kept["x"], kept["y"]) == (digest, "", 50, 50)
    assert 'name="is_decorative" value="1" checked' in desk.page(path)
    assert "Photo: decoration" in desk.page(f"/manage/catalog/{backpack.slug}")


@pytest.mark.parametrize(
    ("content", "name", "entered", "said"),
    [
        (None, "", SAID, "Choose a photo: JPEG, PNG, WebP or AVIF, up to 10 MB."),
        (b"", "hills.jpg", SAID, "is empty"),
        (an_archive(), "hills.jpg", SAID, "“hills.jpg” can&#39;t be read"),
        (b"<svg/>", "a<b>.svg", SAID, "“a&lt;b&gt;.svg” can&#39;t be read"),
        (bomb(50_000, 50_000), "sky.png", SAID, "has 2,500 million pixels"),
        (photo(), "hills.jpg", SAID | {"alt": " "}, "mark it as decoration"),
        (photo(), "hills.jpg", SAID | {"is_decorative": "y"}, "one or the other"),
        (photo(), "hills.jpg", SAID | {"alt": "a" * 201}, "under 200 characters"),
        (photo(), "hills.jpg", SAID | {"x": "101"}, "Enter a whole number from 0 to 100"),
        (photo(), "hills.jpg", SAID | {"y": "middle"}, "Enter a whole number from 0 to 100"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(
    desk, at, content, name, entered, said
):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/photo"
    answer = desk.send(path, content=content, name=name, **entered)
    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text
    assert lint_page(answer.text) == []
    assert photo_of(backpack.slug, at) == {}


def test_a_good_photo_with_bad_words_asks_to_choose_the_file_again(desk, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/photo"
    answer = desk.send(path, content=photo(), alt="", x="50", y="50")
    assert "Choose the photo again: a page can&#39;t keep it." in answer.text


def test_a_photo_larger_than_the_setting_is_named_and_not_dropped_on_the_way(desk, at):
    """Written by hand: the test client would leave its own file open."""
    backpack = stock_reward()
    path, edge = f"/manage/catalog/{backpack.slug}/photo", "a-line-no-file-has"
    fields = hidden_fields(desk.page(path)) | SAID
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = head.encode() + photo() + b"\0" * 10 * 1024 * 1024 + f"\r\n--{edge}--\r\n".encode()
    answer = desk.client.post(path, data=body, content_type=f"multipart/form-data; boundary={edge}")
    assert (answer.status_code, "larger than 10 MB" in answer.text) == (422, True)


def test_the_same_form_twice_is_one_change_and_another_file_under_it_is_refused(desk, at):
    backpack = stock_reward()
    path = f"/manage/catalog/{backpack.slug}/photo"
    hidden = hidden_fields(desk.page(path))

    def send(content):
        file = FileStorage(io.BytesIO(content), "hills.jpg", content_type="image/jpeg")
        return desk.client.post(path, data={**hidden, **SAID, "photo": file}).status_code

    assert [send(photo()), send(photo()), send(photo(size=(900, 700)))] == [303, 303, 422]
    changes = [one.action for one in queries.reward_editor(backpack.slug, at=at).changes]
    assert changes.count("catalog.photo") == 1


def test_the_photo_is_taken_away_and_the_art_shows_again(desk, maya, sign_in, at):
    backpack = stock_reward()
    give_photo_to(backpack.reward_id)
    path = f"/manage/catalog/{backpack.slug}/photo"
    before = sign_in(maya.id).get(f"/rewards/{backpack.slug}").text
    gone = desk.send(f"{path}/remove", of=path)
    assert (gone.status_code, gone.location) == (303, path)
    assert "No photo yet" in desk.page(path)
    after = sign_in(maya.id).get(f"/rewards/{backpack.slug}").text
    assert (len(pictures_in(before)), pictures_in(after)) == (1, [])
    assert f"/art/merchandise/{backpack.slug}.svg" in after


def test_six_throws_of_the_dice_stand_beside_each_other_and_one_is_taken(desk, at):
    card = stock_gift_card()
    path = f"/manage/catalog/{card.slug}/look"
    page = desk.page(path)
    assert re.findall(r'name="variant" value="(\d+)"', page) == ["1", "2", "3", "4", "5", "6"]
    again = re.search(r'href="([^"]+roll=7)#dice"', page)[1]
    assert re.findall(r'name="variant" value="(\d+)"', desk.page(again)) == [
        *("7", "8", "9", "10", "11", "12")
    ]
    assert desk.send(path, variant="9").status_code == 303
    assert queries.reward_editor(card.slug, at=at).art["variant"] == 9


def test_the_dice_go_on_after_the_last_throw_and_read_only_numbers(desk, at):
    card = stock_gift_card()
    path = f"/manage/catalog/{card.slug}/look"
    page = desk.page(f"{path}?roll=9997")
    assert re.findall(r'name="variant" value="(\d+)"', page) == [
        *("9997", "9998", "9999", "0", "1", "2")
    ]
    for odd in ("-1", "10000", "x", "1" * 400):
        assert 'value="1"' in desk.page(f"{path}?roll={odd}")
        refused = desk.send(path, variant=odd)
        assert refused.status_code == 422
        assert "a whole number from 0 to 9,999" in refused.text


def test_art_chosen_under_a_photo_waits_for_it_to_go(desk, at):
    card = stock_gift_card()
    digest = give_photo_to(card.reward_id)
    path = f"/manage/catalog/{card.slug}/look"
    desk.send(path, variant="4")
    assert "It shows when the photo is taken away" in desk.page(path)
    assert photo_of(card.slug, at)["digest"] == digest


def test_a_reward_drawn_of_nothing_yet_has_its_pages_too(desk, at):
    draft_reward("Bare idea")
    for page in ("look", "photo"):
        assert "Bare idea" in desk.page(f"/manage/catalog/bare-idea/{page}")
        assert desk.client.get(f"/manage/catalog/nothing/{page}").status_code == 404


def test_a_discarded_draft_has_no_look_to_change(desk, priya, at):
    draft_id = draft_reward("Bare idea")
    with transaction():
        catalog_operations.discard_draft(priya, draft_id, at=at)
    for page in ("look", "photo"):
        assert desk.client.get(f"/manage/catalog/bare-idea/{page}").status_code == 404


def test_a_file_is_kept_for_ever_by_who_is_signed_in_and_runs_nowhere(maya, browser, sign_in, at):
    backpack = stock_reward()
    digest = give_photo_to(backpack.reward_id)
    address = f"/rewards/{backpack.slug}/photo/{digest}-640.webp"
    answer = sign_in(maya.id).get(address)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers
    assert browser().get(address).status_code == 303


def test_an_address_that_was_never_shown_leads_nowhere_not_even_for_a_secret_draft(
    maya, sign_in, at
):
    """Who guesses the name of a draft learns nothing of it."""
    draft = draft_reward("Secret picnic")
    digest, other = give_photo_to(draft), give_photo_to(stock_reward().reward_id)
    browser = sign_in(maya.id)
    for slug, name in (
        ("secret-picnic", f"{'0' * 32}-640.webp"),
        ("secret-picnic", "640.webp"),
        ("secret-picnic", f"{digest[:31]}-640.webp"),
        ("secret-picnic", f"{digest}-641.webp"),
        ("secret-picnic", f"{digest}-640.jpg"),
        ("secret-picnic", f"{digest}-640.webp.html"),
        ("nothing", f"{other}-640.webp"),
    ):
        assert browser.get(f"/rewards/{slug}/photo/{name}").status_code == 404, name


def test_an_address_of_a_photo_that_went_leads_to_what_stands_there_now(maya, priya, sign_in, at):
    backpack = stock_reward()
    browser = sign_in(maya.id)
    first = f"/rewards/{backpack.slug}/photo/{give_photo_to(backpack.reward_id)}-320.webp"
    second = give_photo_to(backpack.reward_id, photo(size=(900, 700)))
    moved = browser.get(first)
    assert (moved.status_code, moved.headers["Cache-Control"]) == (302, "no-store")
    assert moved.location == f"/rewards/{backpack.slug}/photo/{second}-900.jpg"
    with transaction():
        operations.remove_photo(priya, backpack.reward_id, at=at)
    for address in (first, moved.location):
        assert_leads_to_art(browser, address)


def test_who_asked_for_it_and_who_decides_see_the_photo_and_the_art_when_it_went(sign_in, at):
    house = furnish()
    trip = stock_lisbon_trip()
    digest = give_photo_to(trip.reward_id)
    reference = ask_for(house.maya, queries.offer(house.maya, trip.variant_id, at=at))
    seen = []
    for person, path in (
        (house.maya, "/redemptions"),
        (house.maya, f"/redemptions/{reference}"),
        (house.omar, "/approvals"),
        (house.omar, f"/approvals/{reference}"),
    ):
        page = sign_in(person.id).get(path).text
        assert lint_page(page) == []
        assert digest in page, path
        seen.append((person, pictures_in(page)[0]))
    with transaction():
        operations.remove_photo(house.maya, trip.reward_id, at=at)
    for person, address in seen:
        assert_leads_to_art(sign_in(person.id), address)


def test_employees_may_neither_give_nor_take_a_photo(maya, sign_in, at):
    backpack = stock_reward()
    give_photo_to(backpack.reward_id)
    client = sign_in(maya.id)
    path = f"/manage/catalog/{backpack.slug}"
    for page in ("photo", "look"):
        assert client.get(f"{path}/{page}").status_code == 403
    hidden = hidden_fields(client.get("/settings/appearance").text)
    for page in ("photo", "photo/remove", "look"):
        assert client.post(f"{path}/{page}", data=hidden).status_code == 403
    assert photo_of(backpack.slug, at)


def test_photos_cost_the_shelf_no_statement(maya, sign_in, statements, at):
    backpack, _card = stock_reward(), stock_gift_card()
    browser = sign_in(maya.id)
    browser.get("/rewards")
    with statements() as without:
        browser.get("/rewards")
    give_photo_to(backpack.reward_id)
    with statements() as with_one:
        page = browser.get("/rewards").text
    assert pictures_in(page)
    assert len(with_one) == len(without)
    assert not any("reward_photo_files" in statement for statement in with_one)


@pytest.mark.parametrize("page", ["photo", "look"])
def test_a_look_page_asks_the_database_little(desk, statements, at, page):
    card = stock_gift_card()
    give_photo_to(card.reward_id)
    with statements() as sent:
        desk.page(f"/manage/catalog/{card.slug}/{page}")
    assert len(sent) <= 6
