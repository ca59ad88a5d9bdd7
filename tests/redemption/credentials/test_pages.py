"""The public page of a badge, its files, and what its holder chooses."""

import io
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from PIL import Image

from marketplace.access.actor import Actor
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session, transaction
from redemption.credentials import addresses
from redemption.credentials.baking import extract
from redemption.credentials.jobs import sign_waiting
from redemption.credentials.models import BadgeCredential
from redemption.credentials.operations import revoke_certificate
from tests.redemption.credentials.conftest import credential_named, number_of
from tests.support.catalog import stock_badge
from tests.support.journeys import Visitor
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, subjects_to

BADGE = "Bridge builder"


@pytest.fixture
def anyone(app, honored):
    return Visitor(app)


@pytest.fixture
def maya(app, honored):
    return Visitor(app, honored.maya.id)


@pytest.fixture
def badge(honored):
    return credential_named(BADGE)


def revoke(at):
    number = number_of(BADGE)
    with transaction():
        revoke_certificate(Actor.system(), number, reason="Meant for Omar.", at=at)


def test_the_number_leads_to_the_page_that_says_who_what_and_since_when(anyone, badge):
    anyone.open(f"/certificates/{number_of(BADGE)}")
    assert anyone.here.heading == BADGE
    anyone.reads("Badge from Evergreen Works", "Maya Chen", "23 Nov 2026", "Valid")
    anyone.reads("Check it yourself", "Signed credential", "List of revocations")
    for secret in ("maya.chen", "500 points"):
        assert secret not in anyone.here.html
    assert anyone.here.response.headers["X-Robots-Tag"].startswith("noindex")


def test_the_page_tells_other_sites_what_to_show(anyone, badge):
    page = anyone.open(f"/credentials/{badge.token}").html
    for name, content in {
        "og:title": BADGE,
        "og:url": addresses.credential(badge.token),
        "og:image": addresses.file(badge.token, "png"),
    }.items():
        assert f'<meta property="{name}" content="{content}">' in page


def test_a_revoked_badge_says_so_with_its_day(anyone, badge, at):
    revoke(at)
    anyone.open(f"/credentials/{badge.token}")
    anyone.reads("Revoked on 23 Nov 2026", "took this badge back")
    assert "Valid" not in anyone.here.html


def test_until_it_is_signed_the_page_says_so_and_no_file_is_there(anyone, badge):
    with transaction():
        session().execute(sa.update(BadgeCredential).values(jwt=None, key_id=None, signed_at=None))
    anyone.open(f"/credentials/{badge.token}")
    anyone.reads("It is being signed", "Maya Chen")
    for ending in ("jwt", "png"):
        seen = anyone.get(f"/credentials/{badge.token}.{ending}")
        assert seen.status == 404
        assert "Look again in a minute" in seen.html
    sign_waiting()
    anyone.open(f"/credentials/{badge.token}")
    anyone.reads("Signed credential")


def test_the_holder_hides_the_name_and_shows_it_again(maya, anyone, badge, honored):
    maya.open(f"/redemptions/{honored.badge}")
    maya.press("Hide my name there")
    assert "Maya Chen" not in anyone.open(f"/credentials/{badge.token}").html
    maya.open(f"/redemptions/{honored.badge}")
    maya.press("Show my name there")
    assert "Maya Chen" in anyone.open(f"/credentials/{badge.token}").html


def test_nobody_else_hides_it(app, honored, badge):
    omar = Visitor(app, honored.house.omar.id)
    path = f"/redemptions/{honored.badge}/name"
    assert omar.post(path, {"shows_name": ""}).status == 404
    assert credential_named(BADGE).shows_name


def test_the_link_to_a_profile_is_filled_in_and_shown_to_the_holder_only(
    maya, anyone, badge, honored
):
    page = maya.open(f"/redemptions/{honored.badge}")
    (link,) = {
        link.attrib["href"]
        for link in page.root.iter("a")
        if "linkedin" in link.attrib.get("href", "")
    }
    told = parse_qs(urlsplit(link).query)
    assert told["name"] == [BADGE]
    assert told["organizationName"] == ["Evergreen Works"]
    assert (told["issueYear"], told["issueMonth"]) == (["2026"], ["11"])
    assert told["certUrl"] == [addresses.credential(badge.token)]
    assert told["certId"][0].replace("-", "") == number_of(BADGE)
    assert "linkedin" not in anyone.open(f"/credentials/{badge.token}").html


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("jwt", "application/vc+jwt"),
        ("json", "application/ld+json"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
    ],
)
def test_each_file_says_what_it_is_and_may_be_kept_by_anyone(anyone, badge, ending, kind):
    answer = anyone.get(f"/credentials/{badge.token}.{ending}").response
    assert answer.mimetype == kind
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["ETag"]
    assert "Set-Cookie" not in answer.headers
    assert "Content-Disposition" not in answer.headers
    saved = anyone.get(f"/credentials/{badge.token}.{ending}?save=1").response
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=")
    session().close()
    assert anyone.get(f"/credentials/{'x' * 22}.{ending}").status == 404


def test_the_page_is_for_people_and_the_signed_text_for_who_asks_for_it(app, badge):
    client = app.test_client()
    path = f"/credentials/{badge.token}"
    as_browsers_ask = "text/html,application/xhtml+xml,*/*;q=0.8"
    for accepted in (as_browsers_ask, "*/*"):
        assert client.get(path, headers={"Accept": accepted}).mimetype == "text/html"
    for accepted in ("text/plain", "application/vc+jwt"):
        answer = client.get(path, headers={"Accept": accepted})
        assert answer.mimetype == accepted
        assert answer.get_data(as_text=True) == badge.jwt
        assert "Accept" in answer.headers["Vary"]


def test_the_picture_is_the_badge_on_clear_ground_with_the_credential_inside(anyone, badge):
    png = anyone.get(f"/credentials/{badge.token}.png").response.get_data()
    assert extract(png) == badge.jwt
    picture = Image.open(io.BytesIO(png))
    assert (picture.size, picture.mode) == ((800, 800), "RGBA")
    assert picture.text == {"openbadgecredential": badge.jwt}
    assert picture.getpixel((3, 3))[3] == 0
    assert picture.getpixel((400, 600))[3] == 255
    svg = anyone.get(f"/credentials/{badge.token}.svg").response.get_data()
    assert extract(svg) == badge.jwt
    assert png.count(b"openbadgecredential") == svg.count(b"<openbadges:credential") == 1


def test_every_address_in_a_credential_leads_somewhere(anyone, badge):
    said = json.loads(anyone.get(f"/credentials/{badge.token}.json").response.get_data())
    achievement = said["credentialSubject"]["achievement"]
    for address in (
        said["id"],
        said["issuer"]["id"],
        said["credentialStatus"]["statusListCredential"],
        achievement["image"]["id"],
    ):
        assert address.startswith("http://localhost/")
        seen = anyone.get(address.removeprefix("http://localhost"))
        assert seen.status == 200, address
    profile = json.loads(anyone.get("/credentials/issuer").response.get_data())
    assert profile["id"] == said["issuer"]["id"]


def test_what_is_not_there_is_not_found(anyone, honored):
    for path in (
        "status/0",
        "status/2",
        f"status/{'9' * 30}",
        "keys/nothing",
        "x" * 22,
        "issuer.png",
    ):
        assert anyone.get(f"/credentials/{path}").status == 404, path


def test_priya_finds_a_badge_and_takes_it_back_once(app, anyone, badge, honored, queue):
    priya = Visitor(app, honored.house.priya.id)
    priya.open("/manage/vouchers")
    priya.follow("Badges and certificates")
    for words in (BADGE.lower(), "maya", honored.badge, grouped(number_of(BADGE))):
        priya.press("Find", q=words)
        priya.reads(BADGE, "Valid")
    priya.press("Find", q="%nothing%")
    priya.reads("Nothing matches")
    priya.open(f"/manage/vouchers/badges/{badge.token}")
    assert priya.press("Take it back", reason=" ").status == 422
    priya.reads("Write a reason.")
    form, _name, _value = priya.form_with("Take it back")
    data = form.filled(reason="Meant for Omar.")
    for _ in range(2):  # a double click
        assert priya.request("POST", form.action, data=data).status == 303
    priya.open(form.action)
    priya.reads("Taken back by Priya Nair", "Meant for Omar.")
    assert priya.post(form.action, {"reason": "Again."}).status == 409
    anyone.open(f"/credentials/{badge.token}")
    anyone.reads("Revoked on 23 Nov 2026")
    queue.run_due()
    assert subjects_to(honored.maya).count(f"Taken back: {BADGE}") == 1


def test_nobody_takes_back_a_badge_of_their_own(app, honored, queue, at):
    with transaction():
        give_points(honored.house.priya.id, 1_000)
    mine = ask_for(honored.house.priya, stock_badge(name="Early bird badge"))
    queue.run_due()
    token = credential_named("Early bird").token
    priya = Visitor(app, honored.house.priya.id)
    priya.open(f"/manage/vouchers/badges/{token}")
    priya.reads("This is your own request", mine)
    assert "Take it back" not in priya.here.words
    assert priya.post(f"/manage/vouchers/badges/{token}", {"reason": "Bored."}).status == 403
    assert number_of("Early bird")
