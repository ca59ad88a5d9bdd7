"""The demo story, and beside it one thing of each kind that is Maya’s or not for Jonas."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import open_to, slug_of
from catalog.providers.models import SyncedItem
from catalog.queries import offer
from catalog.saved_views.models import SavedView
from catalog.states import AudienceAttribute, Kind
from catalog.wishes.models import Wish
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.awards.entitlements.models import Entitlement
from marketplace.budgets.models import Budget
from marketplace.budgets.operations.transfers import Wanted, ask_for_transfer
from marketplace.budgets.states import BudgetPurpose
from marketplace.demo.funds import open_page
from marketplace.demo.story import load_story
from marketplace.funds.operations.top_ups import top_up
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.mail import Letter
from marketplace.payments.models import Payment
from marketplace.payments.states import PaymentState
from marketplace.people.models import SignInSession
from marketplace.people.operations.sessions import Browser, start_session
from marketplace.people.queries import actor_of, employee_ids_by_key
from marketplace.programs.bonuses.models import Bonus
from marketplace.programs.claims.models import Claim
from marketplace.programs.models import EvidenceFile
from marketplace.programs.states import ProgramState
from marketplace.programs.trainings.models import CourseClaim
from marketplace.recognition.models import Recognition
from marketplace.recognition.states import Source, Visibility
from redemption.approvals.away.operations import Terms, set_absence
from redemption.approvals.away.policies import Days
from redemption.approvals.by_mail.links import DIGEST, token_of
from redemption.approvals.by_mail.policies import Link
from redemption.approvals.kept_views.models import KeptView
from redemption.approvals.operations.notes import ask_question
from redemption.approvals.operations.policies import lay_down_policies
from redemption.basket.models import BasketItem
from redemption.codes.models import CodeBatch, CodePool, CodeReport
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from redemption.credentials.models import BadgeCredential, SigningKey
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_delivered, mark_sent
from redemption.goodwill.models import Goodwill
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.instead.models import Shortage
from redemption.models import RedemptionLine
from redemption.ordering.models import ProviderOrder
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.operations import Wanted as SendBack
from redemption.sending_back.operations import ask_return
from redemption.travel.vault.models import VaultSubject
from redemption.vouchers.desk.operations import book_use
from redemption.vouchers.desk.policies import Use
from redemption.vouchers.models import Certificate, Voucher
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from redemption.waiting.models import Wait
from tests.conftest import MONDAY
from tests.support.catalog import IN_MAY, add_variant, draft_reward, stock_gift_card, stock_reward
from tests.support.codes import check, csv, open_cinema, show, voucher_of
from tests.support.donations import donated
from tests.support.jobs import HandQueue
from tests.support.people import employ
from tests.support.photos import give_photo_to
from tests.support.redemption import approve, ask_for, give_points, line_of, new_key
from tests.support.shortages import mark
from tests.support.told_packages import told_packages
from tests.support.told_trips import told_trips
from tests.support.under_way import (
    DRAFT_TEAMS,
    draft_team,
    import_with_mistakes,
    moment_now,
    program,
    read,
    rounds_of_nominations,
)


@dataclass(frozen=True, slots=True)
class World:
    """The people by their handle, and the keys of what stands in addresses."""

    people: dict[str, int]
    waiting: str  # Maya's large gift card: waits for Omar alone
    trip: str  # Maya's trip: waits for Omar, then for Wei
    donation: str  # Maya's, sent and proven
    badge: str  # Maya's badge: she holds the certificate
    gift_card: str  # Maya's small gift card: she has seen its code
    parcel: str  # Maya's backpack: Ana has to pack it
    code: str  # of the gift card
    certificate: str  # its public number
    credential: str  # its public address
    signing_key: str
    voucher: int
    voucher_use: int  # of the same, by Ana
    task: int  # Ana's, for the parcel
    code_pool: int  # what Maya's coded card came from
    code_batch: int  # a file of it, checked and not loaded
    code_report: int  # Maya's, that her code does not work
    coded_voucher: int  # a code of it that she can still say does not work
    coded_card: str  # Maya's card with a code of the stock, which she has seen
    arrived: str  # Maya's two mugs, which arrived
    sent_task: int  # Ana's, for it
    goods_return: int  # one of the two
    goodwill: int  # proposed by Felix for it, so Priya may decide
    order: int  # Maya's card of a provider, about to be ordered
    decision: int  # Omar's yes, still within its time for Undo
    absence: int  # Omar's, in spring
    mail_token: str  # of a letter to Omar about the large gift card, expired
    letter: int  # a letter to Maya
    session: int  # a session of Maya's
    saved_view: int  # Maya's
    kept_view: int  # of Omar's inbox
    hidden_reward: str  # for marketing only, so not for Jonas
    shown_reward: str
    photo: str  # a file of the photo of the shown reward
    variant: int  # of the shown reward
    draft_reward: str
    draft_variant: int
    running_program: str
    draft_program: str
    closed_program: str  # and not settled
    shared_goal: str
    path: str
    metric: str
    result: int
    draft_spurt: str  # of the story
    budget: str
    transfer: int  # asked for by Felix, so Priya may decide
    checked_import: int
    bonus_program: str
    bonus: int
    public_thanks: int  # everyone sees it
    private_thanks: int  # from Omar to Maya, between them
    recognition_program: str
    value: str
    raffle: str  # closed, so that its tickets are published
    draft_teams: str  # a contest between teams that has not begun
    draft_team: int
    entitlement: int  # a reward that Maya won
    claim: str  # Maya's, from the story: Priya asked her something
    claim_evidence: int
    course_claim: str  # Maya's: Priya has to look at it
    course_evidence: int
    nominations: dict[str, int]  # rounds by where they are, and Maya's open nomination
    wish: int  # Maya's goal
    basket_item: int  # in Maya's basket
    wait: int  # Maya's place in line
    party: int  # her place in the line for a trip, with a guest
    line: int  # the variant she waits for
    shortage: int  # a parcel of hers of which there is none
    gift: str  # to Maya, who has not answered yet
    moment: str  # hosted by marketing next week, made by Omar
    moment_now: tuple[str, int]  # the same today: its slug and id
    sync: int  # the latest reading of a provider's catalog
    package: dict[str, Any]  # a trip whose dates people choose
    traveler: str  # Maya's travel data
    top_up: str  # which Felix of finance has not paid yet
    sandbox: str  # the page on which Samuel of finance would pay
    tour: dict[str, Any]  # a group trip with its departure, an entry of its plan, a kind of room


def build_world(queue: HandQueue) -> World:
    """Tell the story where nothing but the schema is and add Maya's things; what is due is done."""
    with transaction():
        lay_down_policies(at=MONDAY)  # as `db upgrade` does
    load_story(MONDAY)
    people = employee_ids_by_key()
    extra = {
        "Felix Brandt": Role.FINANCE,
        "Ada Kowalski": Role.ADMIN,
        "Nuno Reis": Role.VOUCHER_DESK,
    }
    for name, role in extra.items():
        handle = ".".join(name.lower().split())
        people[handle] = employ(name, roles=(role,), department="Finance")
    return _with_things_of_maya(people, queue)


def _top_up_left_open(felix: int) -> str:
    with transaction():
        reference = top_up(actor_of(felix), 500_000, "EUR", "sandbox", at=MONDAY)
        open_page(reference, at=MONDAY)
    return reference


def _page_left_open(samuel: int) -> str:
    mine = sa.select(Payment.checkout_id).where(Payment.payer_id == samuel)
    return read(mine.where(Payment.state == PaymentState.OPEN))


def _with_things_of_maya(people: dict[str, int], queue: HandQueue) -> World:
    maya, omar = actor_of(people["maya.chen"]), actor_of(people["omar.haddad"])
    priya = people["priya.nair"]
    give_points(maya.id, 500_000)
    card = stock_reward(
        "Atlas travel card", kind=Kind.GIFT_CARD, points=30_000, brand="Atlas",
        variant={"label": "€300", "cash_minor": 30_000, "currency": "EUR"},
    )  # fmt: skip
    hidden = stock_reward("Marketing hoodie", points=4_000)
    badge = stock_reward("Kind words badge", kind=Kind.BADGE, points=500, tier="starter")
    draft = draft_reward("Secret picnic basket")
    with transaction():
        only = {AudienceAttribute.DEPARTMENT: [str(maya.department_id)]}
        open_to(only, reward_id=hidden.reward_id, at=MONDAY)
        draft_slug = slug_of(draft)
    waiting, trip = ask_for(maya, card), ask_for(maya, offer(maya, _lisbon(), at=MONDAY))
    package = told_packages(maya, omar, actor_of(people["ana.sousa"]), people["jonas.lind"])
    done = ask_for(maya, badge)
    small_card = ask_for(maya, stock_gift_card(name="Bluebird Tea card"))
    parcel = ask_for(maya, stock_reward("Canvas rucksack", capacity=5))
    missing = ask_for(maya, stock_reward("Wicker basket", points=3_000, capacity=5))
    arrived = ask_for(maya, stock_reward("Clay mug", points=3_000, capacity=5), quantity=2)
    line_id, asked = line_of(waiting).id, "Which launch is it for?"
    with transaction():
        ask_question(omar, line_id, asked, request_key=new_key(), at=MONDAY)
    queue.run_due()
    session().close()
    mark(actor_of(people["ana.sousa"]), missing)
    decision = approve(omar, trip)
    goods_return, goodwill = _sent_back(people, maya, arrived)
    card_of_provider = _wanted_card(maya)
    coded_card = _coded_card(maya, priya, queue)
    top_up = _top_up_left_open(people["felix.brandt"])
    return World(
        people=people,
        waiting=waiting,
        trip=trip,
        donation=donated(maya, actor_of(people["ana.sousa"])),
        badge=done,
        gift_card=small_card,
        parcel=parcel,
        code=_code_shown(maya, small_card),
        certificate=read(sa.select(sa.func.max(Certificate.number))),
        credential=read(sa.select(sa.func.max(BadgeCredential.token))),
        signing_key=read(sa.select(SigningKey.thumbprint)),
        voucher=_of_line(Voucher, small_card),
        voucher_use=_used(people["ana.sousa"], small_card),
        task=_of_line(FulfillmentTask, parcel),
        code_pool=read(sa.select(sa.func.max(CodePool.id))),
        code_batch=read(sa.select(sa.func.max(CodeBatch.id))),
        code_report=read(sa.select(sa.func.max(CodeReport.id))),
        coded_card=coded_card,
        arrived=arrived,
        sent_task=_of_line(FulfillmentTask, arrived),
        goods_return=goods_return,
        goodwill=goodwill,
        coded_voucher=voucher_of(coded_card, 2).id,
        order=_of_line(ProviderOrder, card_of_provider),
        decision=decision,
        absence=_absence(omar, people["ines.carvalho"]),
        mail_token=_mail_token(omar, waiting),
        letter=read(sa.select(sa.func.min(Letter.id)).where(Letter.employee_id == maya.id)),
        session=_session_of(maya.id),
        kept_view=read(sa.select(KeptView.id).where(KeptView.employee_id == omar.id)),
        saved_view=read(sa.select(SavedView.id).where(SavedView.employee_id == maya.id)),
        package=package,
        top_up=top_up,
        sandbox=_page_left_open(people["samuel.brandt"]),
        tour=told_trips(maya, actor_of(priya)),
        traveler=read(sa.select(VaultSubject.handle).where(VaultSubject.employee_id == maya.id)),
        hidden_reward=hidden.slug,
        shown_reward=card.slug,
        photo=f"{give_photo_to(card.reward_id)}-640.webp",
        variant=card.variant_id,
        draft_reward=draft_slug,
        draft_variant=add_variant(draft, "One", 100, departure=IN_MAY),
        running_program="closed-orders",
        draft_program=program(priya, "autumn-orders", "Not for everyone's eyes yet."),
        closed_program=program(
            priya, "fair-orders", "Closed early.", ProgramState.RUNNING, ProgramState.CLOSED
        ),
        draft_spurt="year-end-push",
        bonus_program="bonus-points",
        bonus=read(sa.select(sa.func.min(Bonus.id))),
        shared_goal="half-year-together",
        path="monthly-targets",
        metric="revenue",
        result=read(sa.text("SELECT min(id) FROM results")),
        budget=read(sa.text("SELECT slug FROM budgets ORDER BY id LIMIT 1")),
        transfer=_transfer(people["felix.brandt"]),
        checked_import=import_with_mistakes(people["priya.nair"]),
        public_thanks=_thanks(Visibility.PUBLIC),
        private_thanks=_thanks(Visibility.PRIVATE),
        recognition_program="thank-you",
        value="clear-words",
        raffle="order-raffle",
        draft_teams=DRAFT_TEAMS,
        draft_team=draft_team(people),
        entitlement=read(
            sa.select(sa.func.min(Entitlement.id)).where(Entitlement.employee_id == maya.id)
        ),
        claim=read(sa.select(sa.func.max(Claim.reference)).where(Claim.employee_id == maya.id)),
        claim_evidence=_evidence_of(maya.id, "claim:"),
        course_claim=read(
            sa.select(CourseClaim.reference).where(CourseClaim.employee_id == maya.id)
        ),
        course_evidence=_evidence_of(maya.id, "course-claim:"),
        nominations=rounds_of_nominations(people),
        gift=read(
            sa.select(RedemptionLine.reference).where(RedemptionLine.recipient_id == maya.id)
        ),
        basket_item=read(
            sa.select(sa.func.min(BasketItem.id)).where(BasketItem.employee_id == maya.id)
        ),
        wish=read(sa.select(Wish.id).where(Wish.employee_id == maya.id, Wish.is_goal)),
        wait=read(sa.select(sa.func.min(Wait.id)).where(Wait.employee_id == maya.id)),
        party=read(sa.select(sa.func.max(Wait.id)).where(Wait.employee_id == maya.id)),
        shortage=_of_line(Shortage, missing),
        line=read(sa.select(Wait.variant_id).where(Wait.employee_id == maya.id).order_by(Wait.id)),
        moment=read(sa.text("SELECT slug FROM moments ORDER BY on_day DESC LIMIT 1")),
        moment_now=moment_now(omar),
        sync=read(sa.text("SELECT max(id) FROM provider_syncs")),
    )


def _wanted_card(maya: Actor) -> str:
    """A card that nobody has asked the provider for yet: no test asks a server of the story."""
    variant_id = read(sa.select(SyncedItem.variant_id).where(SyncedItem.sku == "FERN-20"))
    reference = ask_for(maya, offer(maya, variant_id, at=MONDAY))
    run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
    session().close()
    return reference


def _coded_card(maya: Actor, priya: int, queue: HandQueue) -> str:
    """A card with a code of the stock that Maya has seen and says does not work."""
    house = SimpleNamespace(maya=maya, priya=actor_of(priya))
    cinema = open_cinema(house, name="Corner Cinema card")
    cinema.load("CORN-ER11-1111", "CORN-ER22-2222", "CORN-ER44-4444")
    reference = cinema.ask(quantity=2)
    queue.run_due()
    show(maya, reference)
    _replaced(house.priya, _reported(maya, reference))
    show(maya, reference)
    _reported(maya, reference)
    check(house.priya, cinema.pool_id, csv("CORN-ER33-3333", "CORN-ER11-1111", "=HERE"))
    session().close()
    return reference


def _reported(maya: Actor, reference: str) -> int:
    voucher_id = voucher_of(reference).id
    with transaction():
        report_code(maya, voucher_id, "The till says no.", request_key=new_key(), at=MONDAY)
    return read(sa.select(sa.func.max(CodeReport.id)))


def _replaced(priya: Actor, report_id: int) -> None:
    with transaction():
        replace_reported(priya, report_id, "Never sold.", request_key=new_key(), at=MONDAY)


def _absence(omar: Actor, ines: int) -> int:
    """Omar is away for a week in spring, and Ines answers for him then."""
    spring = MONDAY.date() + timedelta(days=120)
    terms = Terms(omar.id, Days(spring, spring + timedelta(days=6)), ines)
    with transaction():
        return set_absence(omar, terms, at=MONDAY)


def _mail_token(omar: Actor, reference: str) -> str:
    """A link that Omar got about a request, and that has expired."""
    line = line_of(reference)
    link = Link(omar.id, line.id, 1, 0, MONDAY, line.content_hash[:DIGEST])
    session().close()
    return token_of(link)


def _sent_back(people: dict[str, int], maya: Actor, reference: str) -> tuple[int, int]:
    """A mug arrived, Maya wants to send it back, and Felix proposes to give points for it."""
    task, desk = _of_line(FulfillmentTask, reference), actor_of(people["ana.sousa"])
    felix = actor_of(people["felix.brandt"])
    session().close()
    with transaction():
        mark_sent(desk, task, Parcel("DHL", "JD0146"), request_key=new_key(), at=MONDAY)
        mark_delivered(desk, task, request_key=new_key(), at=MONDAY)
        wanted = SendBack(1, "It has a crack.")
        ask_return(maya, reference, wanted, request_key=new_key(), at=MONDAY)
        amends = Amends(3_000, "It came late.")
        propose_goodwill(felix, reference, amends, request_key=new_key(), at=MONDAY)
    goodwill = sa.select(sa.func.max(Goodwill.id)).where(Goodwill.employee_id == maya.id)
    returned = sa.select(sa.func.max(GoodsReturn.id)).where(GoodsReturn.employee_id == maya.id)
    return read(returned), read(goodwill)


def _used(ana_id: int, reference: str) -> int:
    taken, key = Use(1_500, "Tea corner", "T-1"), new_key()
    voucher_id = _of_line(Voucher, reference)
    with transaction():
        return book_use(actor_of(ana_id), voucher_id, taken, request_key=key, at=MONDAY)


def _code_shown(actor: Actor, reference: str) -> str:
    with transaction():
        return reveal_codes(actor, reference, shown_as=ShownAs.PAGE, at=MONDAY)[0].bare


def _of_line(model: Any, reference: str) -> int:
    return read(sa.select(model.id).where(model.line_id == line_of(reference).id))


def _thanks(visibility: Visibility) -> int:
    between_people = (Recognition.visibility == visibility, Recognition.source == Source.PAGE)
    return read(sa.select(sa.func.max(Recognition.id)).where(*between_people))


def _evidence_of(employee_id: int, begins: str) -> int:
    mine = EvidenceFile.employee_id == employee_id
    wanted = sa.select(sa.func.min(EvidenceFile.id)).where(mine)
    return read(wanted.where(EvidenceFile.subject.startswith(begins)))


def _lisbon() -> int:
    wanted = sa.select(sa.func.min(Variant.id)).join(Reward, Reward.id == Variant.reward_id)
    return read(wanted.where(Reward.name == "Lisbon long weekend"))


def _session_of(employee_id: int) -> int:
    with transaction():
        start_session(
            employee_id, Browser("127.0.0.1", "At home"), at=MONDAY, lasts=timedelta(days=30)
        )
    mine = SignInSession.employee_id == employee_id
    return read(sa.select(sa.func.max(SignInSession.id)).where(mine))


def _transfer(felix_id: int) -> int:
    giver, taker = (
        session()
        .scalars(
            sa.select(Budget.id).where(Budget.purpose == BudgetPurpose.REWARDS).order_by(Budget.id)
        )
        .all()[:2]
    )
    wanted = Wanted(giver, taker, 1_000, "Marketing has a fair in December")
    with transaction():
        return ask_for_transfer(actor_of(felix_id), wanted, at=MONDAY)
