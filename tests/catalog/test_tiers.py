"""Priya sets tiers: how they look, what opens them, in which order, and who is invited."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog import operations as catalog_operations
from catalog import queries as catalog
from catalog.audiences.clauses import any_way
from catalog.audiences.models import TierInvitation
from catalog.audiences.operations import invite, uninvite
from catalog.audiences.queries import clauses_in, standing_of
from catalog.models import Reward, Tier
from catalog.operations import open_to
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.states import AudienceAttribute as Attribute
from catalog.tiers import operations, queries
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from tests.support.browsing import hidden_fields, read, words_on
from tests.support.catalog import draft_reward, put_tiers, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_leo
from tests.support.providers import add_provider
from tests.support.racing import all_at_once

SUMMIT = {"name": "Summit", "hue": "300", "icon": "mountain", "look": "lock"}


@pytest.fixture
def desk(priya, sign_in):
    return sign_in(priya.id)


def send(client, path, *, of=None, **entered):
    return client.post(path, data=hidden_fields(read(client, of or path)) | entered)


def letters_to(employee_id):
    return session().query(Letter).filter_by(employee_id=employee_id).all()


def order():
    session().close()
    return list(session().scalars(sa.select(Tier.slug).order_by(Tier.position)))


def rules_of(slug):
    session().close()
    return clauses_in(session().scalar(sa.select(Tier.audience_id).where(Tier.slug == slug)))


def test_a_tier_is_added_on_top_with_an_address_made_from_its_name(desk, at):
    put_tiers()
    added = send(desk, "/manage/tiers/new", **SUMMIT | {"name": "Über Gipfel", "hue": "12"})
    assert (added.status_code, added.location) == (303, "/manage/tiers/uber-gipfel")
    assert order()[-1] == "uber-gipfel"
    assert "Über Gipfel" in read(desk, "/manage/tiers")


@pytest.mark.parametrize(
    ("field", "entered", "said"),
    [
        ("name", "", "Enter a name"),
        ("name", "Sum\u202etim", "This holds the invisible sign U+202E."),
        ("hue", "360", "Enter a whole number from 0 to 359"),
        ("hue", "", "Enter a number from 0 to 359"),
        ("icon", "moutain", "There is no Lucide icon “moutain”"),
        ("icon", "../../x", "There is no Lucide icon"),
        ("more_countries", "NA, Narnia", "“NARNIA” is no country code"),
        ("points_earned", "many", "Enter a whole number"),
        ("slug", "summit", "Another tier is at “summit” already"),
        ("slug", "new", "is the address of a page"),
        ("departments", "999999", "not a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_named_at_its_field(desk, at, field, entered, said):
    put_tiers()
    refused = send(desk, "/manage/tiers/new", **SUMMIT | {"name": "Peak", field: entered})
    assert refused.status_code == 422
    assert said in refused.text
    assert len(order()) == 5


def test_the_look_is_drawn_in_light_and_dark_without_saving(desk, at):
    put_tiers()
    entered = SUMMIT | {"name": "Zenith", "hue": "120", "step": "preview"}
    page = send(desk, "/manage/tiers/summit", **entered)
    assert page.status_code == 200
    assert page.text.count("hue-120") >= 4
    assert {"light", "dark"} <= set(re.findall(r'data-theme="(\w+)"', page.text))
    assert "Zenith" not in read(desk, "/manage/tiers")


def test_what_closes_a_tier_for_people_is_shown_before_it_is_saved(desk, maya, omar, at):
    stock_lisbon_trip(tier="summit")
    give_points(maya.id, 30_000)
    entered = SUMMIT | {"points_earned": "30000", "by_invitation": "y"}
    check = send(desk, "/manage/tiers/summit", **entered)
    assert check.status_code == 200
    assert lint_page(check.text) == []
    assert rules_of("summit") == ()
    flat = re.sub(r"<[^>]+>|\s+", " ", check.text)
    assert re.search(r"Closes for\s+2\s", flat), flat
    assert "from 30,000 points earned or by invitation" in flat
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', check.text)
    saved = desk.post("/manage/tiers/summit", data=hidden_fields(check.text) | dict(hidden))
    assert saved.status_code == 303
    assert standing_of(maya, at).locked_tiers == {}
    assert len(standing_of(omar, at).locked_tiers) == 1
    page = read(desk, "/manage/tiers/summit")
    assert "Everyone. It became: People, from 30,000 points earned or by invitation" in page
    assert "Open to 1 of 3 people" in page


def test_a_tier_that_is_hidden_until_it_opens_does_not_exist_for_others(desk, maya, at):
    stock_lisbon_trip(tier="summit")
    entered = SUMMIT | {"points_earned": "30000", "look": "hide", "step": "confirm"}
    assert send(desk, "/manage/tiers/summit", **entered).status_code == 303
    assert catalog.storefront(reader_of(maya, at), StoreFilters(), available=0).everything == 0


def test_for_whom_a_tier_is_at_all_hides_it_from_the_others(desk, maya, at):
    stock_lisbon_trip(tier="summit")
    employ("Nelao Shikongo", country="NA")
    entered = SUMMIT | {"countries": ["NA"], "more_countries": "pt", "step": "confirm"}
    assert send(desk, "/manage/tiers/summit", **entered).status_code == 303
    assert "People in Namibia or Portugal." in read(desk, "/manage/tiers")
    assert catalog.storefront(reader_of(maya, at), StoreFilters(), available=0).everything == 0


def test_rules_set_elsewhere_are_named_and_kept(desk, priya, at):
    tier_id = put_tiers()["summit"]
    with transaction():
        open_to({Attribute.TENURE_MONTHS: ["12"]}, tier_id=tier_id, at=at)
    assert "after 12 months here" in read(desk, "/manage/tiers/summit")
    send(desk, "/manage/tiers/summit", **SUMMIT, points_earned="500", step="confirm")
    asked = {rule.attribute for clause in rules_of("summit") for rule in clause.rules}
    assert asked == {Attribute.TENURE_MONTHS, Attribute.POINTS_EARNED}


def test_a_new_name_is_what_people_find_its_rewards_by(desk, maya, queue, at):
    stock_lisbon_trip(tier="summit")
    send(desk, "/manage/tiers/summit", **SUMMIT | {"name": "Pinnacle"})
    queue.run_due()
    found = catalog.storefront(reader_of(maya, at), StoreFilters(query="pinnacle"), available=0)
    assert [card.name for card in found.cards] == ["Lisbon long weekend"]


def test_tiers_move_up_and_down_by_buttons(desk, at):
    put_tiers()
    path = "/manage/tiers/summit/move"
    send(desk, path, of="/manage/tiers", way="up")
    assert order() == ["starter", "explorer", "achiever", "summit", "voyager"]
    send(desk, "/manage/tiers/starter/move", of="/manage/tiers", way="up")
    assert order()[0] == "starter"
    assert send(desk, path, of="/manage/tiers", way="sideways").status_code == 422


@pytest.mark.race
def test_managers_who_order_tiers_at_once_leave_every_position_once(app, priya, at):
    ids = list(put_tiers().values())
    session().close()

    def work(number):
        with transaction():
            return operations.move_tier(priya, ids[number % 5], (-2, 3, 1)[number % 3], at=at)

    outcomes = all_at_once(app, 8, work)
    assert {type(one) for one in outcomes} == {bool}, outcomes
    positions = sorted(session().scalars(sa.select(Tier.position)))
    assert positions == [0, 1, 2, 3, 4]


def test_control_without_free_places_on_the_way_two_tiers_would_meet(priya, at):
    first = put_tiers()["starter"]
    with transaction(undo=True) as writing, pytest.raises(IntegrityError):
        writing.execute(sa.update(Tier).where(Tier.id == first).values(position=1))
    with transaction():
        assert operations.move_tier(priya, first, 1, at=at)
    assert order()[:2] == ["explorer", "starter"]


def test_a_tier_with_rewards_stays_and_says_which(desk, priya, at):
    stock_reward()
    tier_id = put_tiers()["explorer"]
    assert "1 reward stands on it" in read(desk, "/manage/tiers/explorer")
    with transaction(), pytest.raises(BadInput, match="1 reward stands on Explorer: Trail backpac"):
        operations.remove_tier(priya, tier_id, at=at)
    gone = send(desk, "/manage/tiers/summit/remove", of="/manage/tiers/summit")
    assert gone.location == "/manage/tiers"
    assert "summit" not in order()
    fields = hidden_fields(desk.get("/manage/tiers/explorer").text)
    twice = [desk.post("/manage/tiers/voyager/remove", data=fields) for _ in range(2)]
    assert [(one.status_code, one.location) for one in twice] == [(303, "/manage/tiers")] * 2
    assert desk.get("/manage/tiers/summit").status_code == 404


def test_a_tier_on_which_only_a_discarded_draft_stands_can_go(desk, priya, at):
    tiers = put_tiers()
    draft_id = draft_reward("Bare idea", tier="summit")
    with transaction():
        catalog_operations.discard_draft(priya, draft_id, at=at)
    assert "No reward stands on it" in read(desk, "/manage/tiers/summit")
    gone = send(desk, "/manage/tiers/summit/remove", of="/manage/tiers/summit")
    assert gone.location == "/manage/tiers"
    assert session().get_one(Reward, draft_id).tier_id != tiers["summit"]


def test_a_tier_a_provider_needs_stays_and_says_for_which(desk, at):
    add_provider(tier_slug="summit")
    sent = send(desk, "/manage/tiers/summit/remove", of="/manage/tiers/summit")
    assert sent.status_code == 303
    assert "What Cardhouse brings comes into Summit" in read(desk, "/manage/tiers/summit")


def test_the_only_tier_stays(priya, at):
    *others, last = put_tiers().values()
    with transaction():
        for tier_id in others:
            operations.remove_tier(priya, tier_id, at=at)
    with pytest.raises(BadInput, match="is the only tier"), transaction():
        operations.remove_tier(priya, last, at=at)


def test_people_are_invited_by_line_with_what_became_of_each(desk, maya, priya, queue, at):
    put_tiers()
    employ_leo()
    employ("Tom Short", external_id="t1", email="tom1@evergreen.example")
    employ("Tom Short", external_id="t2", email="tom2@evergreen.example")
    path = "/manage/tiers/summit/invitations"
    lines = "MAYA.CHEN@evergreen.example\nleo martins\nTom Short\nNobody\npriya.nair\n\nt2\n"
    answer = send(desk, path, people=lines, reason="For the launch")
    assert answer.status_code == 200
    assert lint_page(answer.text) == []
    for said in (
        "Maya Chen: Invited. A letter is on its way.",
        "Leo Martins: Invited",
        "2 people have this name. Enter the e-mail.",
        "Nobody at work has this e-mail, number or name.",
        "Priya Nair: That is you.",
        "Tom Short: Invited",
    ):
        assert said in answer.text
    again = send(desk, path, people="maya.chen", reason="For the launch")
    assert "Maya Chen: Was invited already." in again.text
    session().close()
    invited = set(session().scalars(sa.select(TierInvitation.employee_id)))
    assert maya.id in invited
    assert priya.id not in invited
    assert len(invited) == 3


def test_the_invited_read_who_invited_them_and_why(desk, maya, queue, at):
    put_tiers()
    send(desk, "/manage/tiers/summit/invitations", people="maya.chen", reason="For the launch")
    queue.run_due()
    (letter,) = letters_to(maya.id)
    assert letter.subject == "Summit is open to you"
    assert "Priya Nair invited you to Summit" in letter.text
    assert "Why: For the launch" in letter.text


def test_a_letter_is_not_written_for_what_was_taken_back_before(desk, maya, queue, at):
    tier_id = put_tiers()["summit"]
    path = "/manage/tiers/summit/invitations"
    send(desk, path, people="maya.chen", reason="For the launch")
    assert "Maya Chen" in read(desk, path)
    taken = send(desk, f"{path}/{maya.id}/remove", of=path)
    assert taken.status_code == 303
    queue.run_due()
    assert letters_to(maya.id) == []
    deeds = session().scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.subject == f"tier:{tier_id}")
        .order_by(AuditEntry.id)
    )
    assert list(deeds) == ["catalog.invite", "catalog.uninvite"]


def test_the_changes_of_a_tier_name_the_invited_in_the_order_of_their_time(maya, priya, omar, at):
    tier_id = put_tiers()["summit"]
    with transaction():
        invite(priya, tier_id, maya.id, at=at)
        invite(priya, tier_id, omar.id, at=at - timedelta(days=2))
        uninvite(priya, tier_id, maya.id, at=at + timedelta(days=1))
    changes = queries.tier_editor("summit").changes
    assert [(one.action, one.details["person"]) for one in changes] == [
        ("catalog.uninvite", "Maya Chen"),
        ("catalog.invite", "Maya Chen"),
        ("catalog.invite", "Omar Haddad"),
    ]


def test_priya_reads_who_was_invited_to_a_tier(desk, maya, priya, at):
    tier_id = put_tiers()["summit"]
    with transaction():
        invite(priya, tier_id, maya.id, at=at)
        uninvite(priya, tier_id, maya.id, at=at)
    page = words_on(read(desk, "/manage/tiers/summit"))
    assert "Maya Chen was invited" in page
    assert "The invitation of Maya Chen was taken back" in page


def test_the_invited_stand_in_the_order_of_their_names_page_by_page(priya, at):
    tier_id = put_tiers()["summit"]
    names = ["Zoe Park", "Ann Bell", "Ann Bell", "Mia Roth"]
    with transaction():
        for number, name in enumerate(names):
            who = f"invited-{number}"
            person_id = employ(name, email=f"{who}@evergreen.example", external_id=who)
            invite(priya, tier_id, person_id, at=at)
    pages, after = [], 0
    while page := queries.invitations(tier_id, limit=1, after=after):
        pages, after = [*pages, page[0].name], page[0].employee_id
    assert pages == sorted(names)


def test_priya_is_told_that_invitations_do_not_open_a_tier_before_she_invites(desk, at):
    put_tiers()
    page = read(desk, "/manage/tiers/summit/invitations")
    assert "an invitation does not open Summit yet" in page


def test_an_invitation_opens_the_tier_for_the_invited_only(desk, maya, omar, at):
    tier_id = put_tiers()["summit"]
    stock_lisbon_trip(tier="summit")
    with transaction():
        ways = any_way({Attribute.INVITATION: [str(tier_id)]}, is_shown_locked=True)
        open_to(ways, tier_id=tier_id, at=at)
    assert "does not open" not in read(desk, "/manage/tiers/summit/invitations")
    send(desk, "/manage/tiers/summit/invitations", people="maya.chen", reason="For the launch")
    assert standing_of(maya, at).locked_tiers == {}
    assert tier_id in standing_of(omar, at).locked_tiers


@pytest.mark.parametrize(
    ("people", "reason"), [("", "Why not"), (" \n ", "Why"), ("maya.chen", "")]
)
def test_an_invitation_needs_people_and_a_reason(desk, maya, at, people, reason):
    put_tiers()
    refused = send(desk, "/manage/tiers/summit/invitations", people=people, reason=reason)
    assert refused.status_code == 422
    assert session().scalar(sa.select(sa.func.count()).select_from(TierInvitation)) == 0


def test_the_list_says_for_whom_each_tier_is(maya, at):
    stock_reward()
    rows = {row.slug: row for row in queries.tiers_listed()}
    assert (rows["explorer"].rewards, rows["explorer"].on_shelf) == (1, 1)
    assert rows["summit"].opens == "Everyone."


def test_employees_may_not_enter(maya, sign_in, at):
    put_tiers()
    client = sign_in(maya.id)
    for path in ("", "/new", "/summit", "/summit/invitations"):
        assert client.get(f"/manage/tiers{path}").status_code == 403
