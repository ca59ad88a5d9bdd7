"""Moments in the browser: who runs them, their codes and links, slides, and sheets."""

import io
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.recognition.anniversaries.operations import choose_celebrations
from marketplace.recognition.anniversaries.queries.choices import Celebrations
from marketplace.recognition.models import Recognition
from marketplace.recognition.moments.links import capture_token, check_in_token
from marketplace.recognition.moments.models import Attendance, Moment
from marketplace.recognition.moments.policies import closes_at
from marketplace.recognition.states import Visibility
from tests.support.browsing import send
from tests.support.moments import TODAY, come, hold_moment, paying_program, show
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.recognition import KIND_WORDS, a_value, give, take_effect_now

LINE = "She stayed with the client until it worked."
FORM = {"title": "All-hands", "on_day": "2026-11-23", "program": ""}


def count(model) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(model))


def sent(giver, *recipients, **details) -> int:
    made = give(giver, *recipients, undo_for=timedelta(0), **details)
    take_effect_now(made)
    return made


@pytest.fixture
def leo(at):
    return employ_leo()


@pytest.fixture
def maya(at):
    return employ_maya()


def test_who_leads_people_and_program_managers_run_moments_and_nobody_else(sign_in, leo, at):
    moment = hold_moment()
    page, nora = f"/manage/moments/{moment.slug}", sign_in(employ("Ned Lone", department="Sales"))
    for who, wanted in ((employ_omar(), 200), (employ_priya(), 200), (leo, 404)):
        browser = sign_in(who)
        assert browser.get("/manage/moments").status_code == wanted
        assert browser.get(page).status_code == wanted
    assert nora.get("/manage/moments/new").status_code == 404
    head_of_sales = sign_in(actor_of(leo).manager_id)
    assert head_of_sales.get("/manage/moments").status_code == 200
    assert head_of_sales.get(page).status_code == 404


def test_omar_makes_one_picks_from_the_feed_and_every_page_is_well_made(
    sign_in, statements, leo, maya, at
):
    thanks, private = sent(leo, maya), sent(leo, maya, visibility=Visibility.PRIVATE)
    omar = sign_in(employ_omar())
    new = omar.get("/manage/moments/new")
    department = new.text.split('name="department"')[1].split('value="')[1].split('"')[0]
    made = send(omar, "/manage/moments/new", **FORM, department=department)
    assert made.status_code == 303
    home = "/manage/moments/all-hands-2026-11-23"
    assert made.location == f"{home}/pick"
    none = send(omar, f"{home}/pick?everyone=1", f"{home}/pick?everyone=1")
    assert none.location == f"{home}/pick?everyone=1"
    assert "Choose at least one recognition" in omar.get(none.location).text
    chosen = send(omar, f"{home}/pick?everyone=1", f"{home}/pick", recognition=[thanks, private])
    assert chosen.status_code == 303
    page = omar.get(home).text
    assert "1 slide added" in page
    assert page.count("slide-row__names") == 1
    to = f"{home}/slides/{thanks}"
    assert send(omar, home, to, wanted="deed", deed="The  calm one").status_code == 303
    paths = ("", "/pick?everyone=1", "/attendance", "/change", "/present")
    for path in (*(home + end for end in paths), "/manage/moments", "/moments"):
        with statements() as asked:
            seen = omar.get(path)
        assert (path, seen.status_code, lint_page(seen.text)) == (path, 200, [])
        assert (path, len(asked)) <= (path, 6)
    present = omar.get(f"{home}/present").text
    assert "The calm one" in present
    assert KIND_WORDS in present
    assert 'href="#slide-start" rel="prev"' in present
    assert send(omar, home, to, wanted="out").status_code == 303
    assert KIND_WORDS not in omar.get(f"{home}/present").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "  ", "Enter a title"),
        ("title", "x" * 81, "under 80"),
        ("on_day", "someday", "Not a valid date"),
        ("on_day", "", "Enter the day"),
        ("department", "999999", "Not a valid choice"),
        ("guests", "999999", "valid choice"),
        ("program", "77", "Not a valid choice"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_words(sign_in, maya, at, field, value, words):
    omar = sign_in(employ_omar())
    page = omar.get("/manage/moments/new").text
    department = page.split('name="department"')[1].split('value="')[1].split('"')[0]
    filled = {**FORM, "department": department, field: value}
    refused = send(omar, "/manage/moments/new", **filled)
    assert (refused.status_code, words in refused.text) == (422, True)
    assert count(Moment) == 0


def test_slides_move_up_and_down_and_nonsense_moves_nothing(sign_in, leo, maya, at):
    ben = employ("Ben Osei")
    first, second = sent(leo, maya), sent(leo, ben)
    moment, omar = hold_moment(), sign_in(employ_omar())
    assert show(moment.slug, first, second, first) == 2
    home = f"/manage/moments/{moment.slug}"

    def order() -> bool:
        page = omar.get(f"{home}/present").text
        return page.index("Maya Chen") < page.index("Ben Osei")

    assert order()
    for wanted, is_first in (("down", False), ("down", False), ("up", True), ("up", True)):
        send(omar, home, f"{home}/slides/{first}", wanted=wanted)
        assert order() is is_first
    assert send(omar, home, f"{home}/slides/{first}", wanted="sideways").status_code == 422
    assert send(omar, home, f"{home}/slides/{first}", wanted="deed", deed="x" * 81).status_code == (
        422
    )
    assert send(omar, home, f"{home}/slides/{10**6}", wanted="out").status_code == 404


def test_looking_at_a_link_changes_nothing_and_pressing_it_counts_once(sign_in, leo, at):
    moment, browser = hold_moment(program_id=paying_program()), sign_in(leo)
    link = f"/moments/{moment.slug}/check-in/{check_in_token(moment.id)}"
    for _ in range(2):
        page = browser.get(link)
        assert (page.status_code, lint_page(page.text)) == (200, [])
    assert count(Attendance) == 0
    done = send(browser, link)
    assert (done.status_code, count(Attendance)) == (303, 1)
    mine = browser.get(done.location)
    assert "25 points for coming over to Marketing" in mine.text
    assert lint_page(mine.text) == []
    assert "You are checked in already" in browser.get(link).text


def test_a_code_is_shown_until_the_meeting_is_over(sign_in, leo, at, time):
    moment, browser = hold_moment(), sign_in(leo)
    page = f"/moments/{moment.slug}/me"
    assert "<svg" in browser.get(page).text.partition("qr-card__code")[2].partition("</figure>")[0]
    time.forward(hours=(closes_at(TODAY) - at) / timedelta(hours=1))
    late = browser.get(page).text
    assert ("qr-card__code" in late, "The meeting is over" in late) == (False, True)
    assert lint_page(late) == []


def test_forged_swapped_and_expired_links_are_refused(sign_in, leo, maya, at, time):
    moment, other = hold_moment(), hold_moment(title="Other")
    browser = sign_in(leo)
    right, swapped = check_in_token(moment.id), check_in_token(other.id)
    captures = capture_token(moment.id, maya)
    home = f"/moments/{moment.slug}"
    forged = (
        f"{home}/check-in/{swapped}",
        f"{home}/check-in/{captures}",
        f"{home}/check-in/{right[:-1]}x",
        f"{home}/check-in/é",
        f"/moments/nowhere/check-in/{right}",
        f"{home}/recognize/{maya}/{right}",
        f"{home}/recognize/{leo}/{captures}",
        f"{home}/recognize/{maya}/{capture_token(other.id, maya)}",
    )
    for address in forged:
        assert browser.get(address).status_code == 404, address
        assert browser.post(address).status_code in {400, 404}, address
    time.forward(hours=(closes_at(TODAY) - at) / timedelta(hours=1))
    for address in (f"{home}/check-in/{right}", f"{home}/recognize/{maya}/{captures}"):
        late = browser.get(address)
        assert (late.status_code, "ended with the day" in late.text) == (409, True)
    assert count(Attendance) == 0


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(browser, maya, at):
    moment = hold_moment()
    link = f"/moments/{moment.slug}/recognize/{maya}/{capture_token(moment.id, maya)}"
    asked = browser().get(link)
    assert asked.status_code == 303
    assert asked.location.startswith("/sign-in?next=")


def test_leo_scans_mayas_code_and_his_line_is_on_a_slide(sign_in, leo, maya, at, time, queue):
    a_value()
    moment, browser = hold_moment(), sign_in(leo)
    link = f"/moments/{moment.slug}/recognize/{maya}/{capture_token(moment.id, maya)}"
    assert lint_page(browser.get(link).text) == []
    assert count(Recognition) == 0
    for fields, words in (
        ({"value": "", "message": LINE}, "Choose the value"),
        ({"value": "nothing", "message": LINE}, "Choose the value"),
        ({"value": "clear-words", "message": "Thanks!"}, "at least"),
        ({"value": "clear-words", "message": "x" * 501}, "500"),
    ):
        refused = send(browser, link, **fields)
        assert (refused.status_code, words in refused.text) == (422, True), fields
    assert count(Recognition) == 0
    done = send(browser, link, value="clear-words", message=LINE)
    assert done.status_code == 303
    time.forward(seconds=31)
    queue.run_due()
    assert LINE in sign_in(employ_omar()).get(f"/manage/moments/{moment.slug}/present").text


def test_own_codes_are_not_for_oneself(sign_in, maya, at):
    a_value()
    moment, browser = hold_moment(), sign_in(maya)
    link = f"/moments/{moment.slug}/recognize/{maya}/{capture_token(moment.id, maya)}"
    assert "This is your own code" in browser.get(link).text


def test_the_sheets_are_tagged_and_say_how_names_are_said(sign_in, leo, maya, at):
    thanks, moment = sent(leo, maya), hold_moment()
    with transaction():
        choose_celebrations(actor_of(maya), Celebrations(say_name="MY-ah CHEN"), at=at)
    show(moment.slug, thanks)
    come(leo, moment.id)
    omar = sign_in(employ_omar())
    for name, words in (
        ("speaker-sheet", ("Maya Chen", "MY-ah CHEN", "Clear words")),
        ("attendee-codes", ("Maya Chen", "Leo Martins", "Omar Haddad")),
    ):
        answer = omar.get(f"/manage/moments/{moment.slug}/{name}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        with pikepdf.open(io.BytesIO(answer.data)) as paper:
            assert paper.Root.MarkInfo.Marked
        text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_bounded()
        for word in words:
            assert word in text
    paper = pypdfium2.PdfDocument(omar.get(f"/manage/moments/{moment.slug}/speaker-sheet.pdf").data)
    assert paper[0].get_width() > paper[0].get_height()


def test_the_list_of_who_came_is_for_the_host(sign_in, leo, maya, at):
    moment = hold_moment(program_id=paying_program())
    come(leo, moment.id)
    come(maya, moment.id)
    omar = sign_in(employ_omar())
    page = omar.get(f"/manage/moments/{moment.slug}/attendance")
    assert "2 checked in, 1 of them from another department than Marketing" in page.text
    file = omar.get(f"/manage/moments/{moment.slug}/attendance.csv")
    assert "Leo Martins,Sales,yes,25," in file.text
