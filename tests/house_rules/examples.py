"""For each endpoint with arguments: an example of Maya's, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import Rule

from marketplace.people.queries import actor_of
from marketplace.recognition.moments.links import capture_token, check_in_token
from redemption.vouchers.desk.links import link_token
from tests.conftest import MONDAY
from tests.support.houses import House
from tests.support.world import World

Values = Callable[[World], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Example:
    """The arguments, who may see the thing, and who may not.

    `stranger` is the status for Jonas, who has no part in it: 404 for what is Maya's, 403 where
    the whole page is for another role. `public` things are the same for everyone.
    """

    values: Values
    owner: str = "maya.chen"
    stranger: int = 404


def _request(name: str) -> Values:
    return lambda world: {"reference": getattr(world, name)}


_OF_OMAR = Example(_request("waiting"), "omar.haddad")
_OF_MAYA = Example(_request("waiting"))
_AWAY = Example(lambda world: {"absence_id": world.absence}, "omar.haddad")
_GIFT = Example(_request("gift"))
_REWARD = Example(lambda world: {"slug": world.draft_reward}, "priya.nair", 403)
_VARIANT = Example(
    lambda world: {"slug": world.draft_reward, "variant_id": world.draft_variant}, "priya.nair", 403
)
_TOP_UP = Example(lambda world: {"reference": world.top_up}, "felix.brandt", 403)
_FUND = Example(lambda _world: {"currency": "EUR"}, "felix.brandt", 403)
_TIER = Example(lambda _world: {"slug": "explorer"}, "priya.nair", 403)
_POOL = Example(lambda _world: {"slug": "travel-desk"}, "ada.kowalski", 403)
_POLICY = Example(lambda _world: {"slug": "travel"}, "ada.kowalski", 403)
_LOOK = Example(lambda world: {"person_id": world.people["maya.chen"]}, "priya.nair", 403)
_TASK = Example(lambda world: {"task_id": world.task}, "ana.sousa", 403)
_PARCEL = Example(lambda world: {"task_id": world.sent_task, "number": 1}, "ana.sousa", 403)
_RETURN = Example(lambda world: {"return_id": world.goods_return}, "ana.sousa", 403)
_GOODWILL = Example(lambda world: {"goodwill_id": world.goodwill}, "priya.nair", 403)
_THANKS = Example(lambda world: {"recognition_id": world.private_thanks})
_METRIC = Example(lambda world: {"slug": world.metric}, "priya.nair", 403)
_RESULT = Example(
    lambda world: {"slug": world.metric, "result_id": world.result}, "priya.nair", 403
)
_CLAIM = Example(lambda w: {"slug": "proof-of-reach", "reference": w.claim}, "priya.nair", 403)
_OWN_CLAIM = Example(lambda world: {"reference": world.claim})
_PATH = Example(lambda _world: {"slug": "sales-for-marketers"}, "priya.nair", 403)
_COURSE_CLAIM = Example(
    lambda w: {"slug": "sales-for-marketers", "reference": w.course_claim}, "priya.nair", 403
)
_IMPORT = Example(lambda world: {"run_id": world.checked_import}, "priya.nair", 403)

_BUDGET = Example(lambda world: {"slug": world.budget}, "priya.nair", 403)
_TRANSFER = Example(lambda world: {"transfer_id": world.transfer}, "priya.nair", 403)
_TEAMS = Example(lambda world: {"slug": world.draft_teams}, "priya.nair", 403)
_RACE = Example(lambda _world: {"slug": "campaign-race"})  # for marketing only
_RAFFLE_DESK = Example(lambda world: {"slug": world.raffle}, "priya.nair", 403)
_WON = Example(lambda world: {"entitlement_id": world.entitlement})
_NOMINATION = Example(lambda w: {"nomination_id": w.nominations["mine"]})
_AWARD = Example(lambda _w: {"slug": "seller-of-the-month"}, "priya.nair", 403)


def _round(name: str, owner: str = "priya.nair", stranger: int = 403) -> Example:
    return Example(lambda w: {"round_id": w.nominations[name]}, owner, stranger)


_PACKAGE_TASK = Example(lambda w: {"task_id": w.package["task_id"]}, "ana.sousa", 403)
_SHORTAGE = Example(lambda w: {"shortage_id": w.shortage})
_HIDDEN = Example(lambda world: {"slug": world.hidden_reward})
_MOMENT = Example(lambda w: {"slug": w.moment}, "priya.nair")
_VIEW = Example(lambda w: {"view_id": w.saved_view})
_ANNIVERSARIES = Example(lambda w: {"slug": "milestones"}, "priya.nair", 403)
_PROVIDER = Example(lambda _w: {"slug": "cardhouse"}, "priya.nair", 403)
_SYNC = Example(lambda w: {"slug": "cardhouse", "sync_id": w.sync}, "priya.nair", 403)


def _tour(*names: str) -> Example:
    return Example(lambda w: {name: w.tour[name] for name in names}, "priya.nair", 403)


def _over(*names: str) -> Example:
    """The trip that is over."""
    wanted = ("slug", "variant_id", *names)
    return Example(lambda w: {name: w.tour["over"][name] for name in wanted}, "priya.nair", 403)


_DEPARTURE = _tour("slug", "variant_id")


def _booked(*names: str, **more: Any) -> Example:
    return Example(lambda w: {name: w.tour["booked"][name] for name in names} | more)


def _registered(*names: str) -> Example:
    values = ("slug", "variant_id", *names)
    booked = lambda w: {name: w.tour["booked"][name] for name in values}  # noqa: E731
    return Example(booked, "priya.nair", 403)


def _by_link(**more: Any) -> Values:
    return lambda w: {"token": w.tour["booked"]["token"]} | more


_TRAVELER = Example(lambda w: {"handle": w.traveler}, "priya.nair", 403)

EXAMPLES: dict[str, Example] = {
    "trips.story": Example(lambda world: {"slug": world.tour["hidden"]}),
    "packages_manage.terms": Example(lambda w: {"slug": w.package["slug"]}, "priya.nair", 403),
    "travel_data_manage.show": _TRAVELER,
    "travel_data_manage.read": _TRAVELER,
    "travel_data_manage.erase_for": _TRAVELER,
    "trips_manage.show": _tour("slug"),
    "trips_manage.terms": _tour("slug"),
    "trips_manage.plan": _DEPARTURE,
    "trips_manage.add_item": _DEPARTURE,
    "trips_manage.edit_item": _tour("slug", "variant_id", "item_id"),
    "trips_manage.remove_item": _tour("slug", "variant_id", "item_id"),
    "trips_manage.put_rooms": _DEPARTURE,
    "trips_manage.remove_rooms": _tour("slug", "variant_id", "room_id"),
    "trips_manage.zone": _DEPARTURE,
    "trips_manage.copy": _DEPARTURE,
    **dict.fromkeys(
        (
            "invitations.show",
            "invitations.decline",
            "invitations.give_back",
            "substitutions.name",
            "substitutions.back",
        ),
        Example(lambda world: {"invitation_id": world.tour["invitation_id"]}),
    ),
    "desk.show": _DEPARTURE,
    "standing.show": _DEPARTURE,
    "standing.confirm": _DEPARTURE,
    "standing.person": _tour("slug", "variant_id", "booking_id"),
    "manifests.run_sheet": _DEPARTURE,
    "manifests.run_sheet_file": _DEPARTURE,
    "manifests.show": _DEPARTURE,
    "manifests.hand_over": Example(
        lambda w: {name: w.tour[name] for name in ("slug", "variant_id")} | {"kind": "rooming"},
        "priya.nair",
        403,
    ),
    "messages.show": _DEPARTURE,
    "messages.new": _DEPARTURE,
    "messages.message": _tour("slug", "variant_id", "message_id"),
    "messages.cancel": _tour("slug", "variant_id", "message_id"),
    "tickets.show": _DEPARTURE,
    "desk_transfers.show": _DEPARTURE,
    "desk_transfers.seat": _DEPARTURE,
    "desk_transfers.board": _tour("slug", "variant_id", "direction", "flight", "day"),
    "desk_transfers.off": _tour("slug", "variant_id", "transfer_id"),
    "rooming.show": _DEPARTURE,
    "rooming.place": _DEPARTURE,
    "rooming.move": _tour("slug", "variant_id", "traveler_id"),
    "rooming.undo": _tour("slug", "variant_id", "deed_id"),
    "rooming.remove": _tour("slug", "variant_id", "bedroom_id"),
    "rooming.room": _tour("slug", "variant_id", "bedroom_id"),
    **dict.fromkeys(
        (
            "pocket.show",
            "pocket.seen",
            "pocket.paper",
            "pocket.calendar",
            "pocket.open_calendar",
            "pocket.close_calendar",
        ),
        Example(lambda world: {"reference": world.tour["booking"]}),
    ),
    "after.survey": Example(lambda world: {"reference": world.tour["traveled"]}, "maya.chen"),
    **dict.fromkeys(
        (
            "after_manage.report",
            "after_manage.add_cost",
            "after_manage.gallery",
            "after_manage.survey",
            "after_files.paper",
            "after_files.answers",
        ),
        _over(),
    ),
    "after_manage.remove_cost": _over("cost_id"),
    "after_manage.attendance": _over("traveler_id"),
    "after_files.table": _over("kind"),
    "pocket_manage.contacts": _DEPARTURE,
    "pocket_manage.remove": _tour("slug", "variant_id", "contact_id"),
    "invitations_manage.people": _DEPARTURE,
    "invitations_manage.invite": _DEPARTURE,
    "invitations_manage.more": _tour("slug", "variant_id", "wave_id"),
    **dict.fromkeys(
        (
            "invitations_manage.show",
            "invitations_manage.more_time",
            "invitations_manage.withdraw",
        ),
        _tour("slug", "variant_id", "invitation_id"),
    ),
    "registration.show": _booked("reference"),
    "registration.drawn_list": _booked("reference"),
    "registration.section": _booked("reference", "position", section="room"),
    "registration.send": _booked("reference", "position"),
    "registration.take_seat": _booked("reference", "position", "item_id"),
    "registration.leave_seat": _booked("reference", "position", "item_id"),
    "registration.new_link": _booked("reference", position=2),
    "registration.end_link": _booked("reference", position=2),
    "registration.replace": _booked("reference", position=2),
    **dict.fromkeys(
        (
            "registrations_manage.overview",
            "registrations_manage.deadlines",
            "desk_activities.show",
            "desk_activities.draw",
            "desk_activities.drawn_list",
        ),
        _registered(),
    ),
    "desk_activities.activity": _registered("item_id"),
    "desk_activities.get_on": _registered("item_id"),
    "desk_activities.move": _registered("traveler_id"),
    "registrations_manage.show": _registered("traveler_id"),
    "registrations_manage.open_again": _registered("traveler_id"),
    "registrations_manage.replace": Example(
        lambda w: {
            "slug": w.tour["booked"]["slug"],
            "variant_id": w.tour["booked"]["variant_id"],
            "traveler_id": w.tour["booked"]["guest_id"],
        },
        "priya.nair",
        403,
    ),
    "cancellations.cancel": _DEPARTURE,
    **dict.fromkeys(
        ("substitutions.answer", "substitutions.decline"),
        Example(lambda world: {"substitution_id": world.tour["offered_id"]}, "hiroshi.tanaka"),
    ),
    "substitutions_manage.listed": _DEPARTURE,
    **dict.fromkeys(
        ("substitutions_manage.agree", "substitutions_manage.refuse"),
        _tour("slug", "variant_id", "substitution_id"),
    ),
    "providers.show": _PROVIDER,
    "providers.items": _PROVIDER,
    "providers.report": _SYNC,
    "providers.sync": _PROVIDER,
    "providers.confirm": _SYNC,
    "providers.discard": _SYNC,
    "providers.publish": _PROVIDER,
    "providers.terms": _PROVIDER,
    "nominations.edit": _NOMINATION,
    "nominations.withdraw": _NOMINATION,
    "nominations.judge": _round("judged", "omar.haddad", 404),
    "nominations.vote": _round("voted", "maya.chen", 404),
    "nominations.confirm": _round("decided", "omar.haddad", 404),
    "nominations.certificate": _round("published", "maya.chen", 404),
    "nominations_manage.change_rule": _AWARD,
    "nominations_manage.new_round": _AWARD,
    "nominations_manage.show": _round("judged"),
    "nominations_manage.days": _round("judged"),
    "nominations_manage.back": _round("judged"),
    "nominations_manage.notices": _round("judged"),
    "nominations_manage.move": Example(
        lambda w: {"round_id": w.nominations["judged"], "wanted": "open"}, "priya.nair", 403
    ),
    "saved_views.show": _VIEW,
    "saved_views.rename": _VIEW,
    "saved_views.delete": _VIEW,
    "wishes.heart": _HIDDEN,
    "wishes.goal": _HIDDEN,
    "wishes.tell_of_return": _HIDDEN,
    "gifts.show": _GIFT,
    "gifts.leave": _GIFT,
    "basket.change": Example(lambda world: {"item_id": world.basket_item}),
    "wishes.off": Example(lambda world: {"wish_id": world.wish}),
    "catalog.show": Example(lambda world: {"slug": world.hidden_reward}),
    "redemption.check": Example(lambda world: {"slug": world.hidden_reward}),
    "redemption.show": _OF_MAYA,
    "redemption.cancel": _OF_MAYA,
    "redemption.answer": _OF_MAYA,
    "redemption.remind": _OF_MAYA,
    "waiting.party": Example(lambda world: {"wait_id": world.party}),
    "waiting.leave": Example(lambda world: {"wait_id": world.wait}),
    "waiting.instead": Example(lambda world: {"wait_id": world.wait}),
    "instead.choose": _SHORTAGE,
    "instead.wait": _SHORTAGE,
    "instead.back": _SHORTAGE,
    "instead.take": Example(lambda w: {"shortage_id": w.shortage, "slug": w.shown_reward}),
    "instead.mark": _TASK,
    "journeys.ask_dates": Example(lambda w: {"reference": w.package["waiting"]}, "omar.haddad"),
    "journeys.dates": Example(lambda w: {"reference": w.package["waiting"]}),
    "journeys.document": Example(
        lambda w: {"reference": w.package["booked"], "document_id": w.package["document_id"]}
    ),
    "journeys.work": _PACKAGE_TASK,
    "journeys.booked": _PACKAGE_TASK,
    "journeys.keep": _PACKAGE_TASK,
    "journeys.price": _PACKAGE_TASK,
    "journeys.desk_document": Example(
        lambda w: {name: w.package[name] for name in ("task_id", "document_id")},
        "ana.sousa",
        403,
    ),
    "waiting_manage.line": Example(lambda world: {"variant_id": world.line}, "ana.sousa", 403),
    "approvals.show": _OF_OMAR,
    "approvals.approve": _OF_OMAR,
    "approvals.decline": _OF_OMAR,
    "approvals.question": _OF_OMAR,
    "approval_views.delete": Example(lambda w: {"view_id": w.kept_view}, "omar.haddad"),
    "approval_away.change": _AWAY,
    "approval_away.end": _AWAY,
    "approvals.undo": Example(lambda world: {"decision_id": world.decision}, "omar.haddad"),
    "mailbox.read": Example(lambda world: {"letter_id": world.letter}),
    "settings.end_session": Example(lambda world: {"session_id": world.session}),
    "programs.show": Example(lambda world: {"slug": world.draft_program}, ""),
    "recognition.show": _THANKS,
    "recognition.undo": Example(_THANKS.values, "omar.haddad"),
    "recognition.clap": _THANKS,
    "recognition.showing": _THANKS,
    "recognition.person": Example(lambda world: {"handle": f"nobody-{10**9}"}, ""),
    "recognition_manage.remove": Example(
        lambda world: {"recognition_id": world.public_thanks}, "priya.nair", 403
    ),
    "recognition_manage.edit_value": Example(lambda w: {"slug": w.value}, "priya.nair", 403),
    "recognition_manage.retire": Example(
        lambda world: {"slug": world.value, "wanted": "retired"}, "priya.nair", 403
    ),
    "recognition_programs.change_rule": Example(
        lambda world: {"slug": world.recognition_program}, "priya.nair", 403
    ),
    "anniversary_programs.change_rule": _ANNIVERSARIES,
    "anniversary_programs.download": _ANNIVERSARIES,
    **{
        f"moments_{name}": _MOMENT
        for name in (
            "manage.show",
            "manage.change",
            "manage.pick",
            "manage.attendance",
            "manage.present",
            "paper.speaker",
            "paper.codes",
            "paper.attendance",
        )
    },
    "moments_manage.arrange": Example(
        lambda w: {"slug": w.moment, "recognition_id": w.public_thanks}, "priya.nair"
    ),
    "catalog_manage.edit": _REWARD,
    "catalog_photos.edit": _REWARD,
    "catalog_photos.remove": _REWARD,
    "catalog_photos.look": _REWARD,
    "catalog_manage.publish": _REWARD,
    "catalog_manage.cost": _VARIANT,
    "catalog_manage.plan_price": _VARIANT,
    "catalog_manage.no_markup": _REWARD,
    "catalog_manage.export": Example(lambda _w: {"ending": "csv"}, "priya.nair", 403),
    "catalog_manage.history": _REWARD,
    "catalog_manage.prices": _REWARD,
    "catalog_manage.schedule": _REWARD,
    "catalog_manage.discard": _REWARD,
    "catalog_manage.retire": Example(lambda _w: {"slug": "linen-apron"}, "priya.nair", 403),
    "catalog_manage.add_variant": _REWARD,
    "catalog_manage.stock": _VARIANT,
    "catalog_manage.adjust": _VARIANT,
    "catalog_manage.withdraw": _VARIANT,
    "catalog_variants.amounts": _REWARD,
    "catalog_variants.range_": _REWARD,
    "catalog_variants.options": _REWARD,
    "catalog_variants.departure": _REWARD,
    "catalog_variants.dates": _VARIANT,
    "catalog_variants.worth": _VARIANT,
    "catalog_details.edit": _REWARD,
    "audiences.reward": _REWARD,
    "catalog_preview.home": _LOOK,
    "catalog_preview.shelf": _LOOK,
    "catalog_preview.show": Example(
        lambda world: {"person_id": world.people["maya.chen"], "slug": world.shown_reward},
        "priya.nair",
        403,
    ),
    "approval_policies.show": Example(lambda _world: {"slug": "travel"}, "priya.nair", 403),
    "approval_policies.change": _POLICY,
    "approval_policies.move": _POLICY,
    "approval_policies.end": _POLICY,
    "approval_policies.put_back": _POLICY,
    "approval_pools.show": Example(lambda _world: {"slug": "travel-desk"}, "priya.nair", 403),
    "approval_pools.put_in": _POOL,
    "approval_pools.take_out": _POOL,
    "approval_pools.rename": _POOL,
    "approval_pools.end": _POOL,
    **{
        page: Example(lambda _world: {"kind": "csv"}, "priya.nair", 403)
        for page in ("reach.take_along", "goodwill.came_back", "fulfillment.donations")
    },
    **{
        page: Example(lambda _world: {"kind": "xlsx"}, "felix.brandt", 403)
        for page in ("books.take_roll_forward", "books.take_aging", "books.take_breakage")
    },
    "tiers.edit": _TIER,
    "tiers.move": _TIER,
    "tiers.remove": _TIER,
    "tiers.invitations": _TIER,
    "tiers.take_back": Example(
        lambda world: {"slug": "explorer", "employee_id": world.people["maya.chen"]},
        "priya.nair",
        403,
    ),
    "programs_manage.desk": Example(lambda w: {"slug": w.draft_program}, "priya.nair", 403),
    "programs_manage.frame": Example(lambda w: {"slug": w.draft_program}, "priya.nair", 403),
    "programs_manage.settle": Example(lambda w: {"slug": w.closed_program}, "priya.nair", 403),
    "programs_manage.discard": Example(lambda w: {"slug": w.draft_program}, "priya.nair", 403),
    "orders_manage.change_rule": Example(lambda w: {"slug": w.draft_program}, "priya.nair", 403),
    "spurts_manage.change_rule": Example(lambda w: {"slug": w.draft_spurt}, "priya.nair", 403),
    "spurts_manage.check": Example(lambda w: {"slug": w.draft_spurt}, "priya.nair", 403),
    "contests.standings": _RACE,
    "contests.explained": _RACE,
    "contests.tickets": Example(lambda world: {"slug": world.draft_teams}, ""),
    "contests.tickets_file": Example(lambda world: {"slug": world.draft_teams}, ""),
    "contests_manage.change_rule": _TEAMS,
    "contests_manage.teams": _TEAMS,
    "contests_manage.remove_team": Example(
        lambda w: {"slug": w.draft_teams, "team_id": w.draft_team}, "priya.nair", 403
    ),
    "contests_desk.standings": _RAFFLE_DESK,
    "contests_desk.standings_file": _RAFFLE_DESK,
    "contests_desk.explained": Example(
        lambda w: {"slug": "campaign-race", "of": f"person:{w.people['maya.chen']}"},
        "priya.nair",
        403,
    ),
    "contests_desk.settle": _RAFFLE_DESK,
    "entitlements.show": _WON,
    "entitlements.decline": _WON,
    "entitlements_manage.withdraw": Example(_WON.values, "priya.nair", 403),
    "goals_manage.change_rule": Example(lambda w: {"slug": w.shared_goal}, "priya.nair", 403),
    "paths_manage.change_rule": Example(lambda w: {"slug": w.path}, "priya.nair", 403),
    "metrics_manage.show": _METRIC,
    "metrics_manage.edit": _METRIC,
    "metrics_manage.enter": _METRIC,
    "metrics_manage.result": _RESULT,
    "metrics_manage.correct": _RESULT,
    "metrics_manage.withdraw": _RESULT,
    "claims.show": _OWN_CLAIM,
    "claims.answer": _OWN_CLAIM,
    "claims.withdraw": _OWN_CLAIM,
    "claims.evidence": Example(
        lambda world: {"reference": world.claim, "evidence_id": world.claim_evidence}
    ),
    "claims_manage.change_rule": Example(lambda _w: {"slug": "proof-of-reach"}, "priya.nair", 403),
    "claims_manage.queue": Example(lambda _world: {"slug": "proof-of-reach"}, "priya.nair", 403),
    "claims_manage.show": _CLAIM,
    "claims_manage.decide": Example(
        lambda world: {**_CLAIM.values(world), "answer": "approve"}, "priya.nair", 403
    ),
    "courses.edit": Example(lambda _world: {"slug": "closing-together"}, "priya.nair", 403),
    "trainings.claim": Example(
        lambda world: {"slug": world.draft_program, "course": "closing-together"}, ""
    ),
    "trainings.evidence": Example(
        lambda w: {"reference": w.course_claim, "evidence_id": w.course_evidence}
    ),
    "trainings_manage.change_rule": _PATH,
    "trainings_manage.completions": _PATH,
    "trainings_manage.claim": _COURSE_CLAIM,
    "trainings_manage.decide": Example(
        lambda world: {**_COURSE_CLAIM.values(world), "answer": "approve"}, "priya.nair", 403
    ),
    "programs_manage.move": Example(
        lambda world: {"slug": world.draft_program, "wanted": "running"}, "priya.nair", 403
    ),
    "budgets.show": _BUDGET,
    "budgets.place": _BUDGET,
    "budgets.refill": _BUDGET,
    "transfers.approve": _TRANSFER,
    "transfers.decline": _TRANSFER,
    "transfers.withdraw": _TRANSFER,
    "bonuses_manage.give": Example(lambda w: {"slug": w.bonus_program}, "priya.nair", 403),
    "bonuses_manage.withdraw": Example(
        lambda w: {"slug": w.bonus_program, "bonus_id": w.bonus}, "priya.nair", 403
    ),
    "programs_manage.release": Example(lambda w: {"slug": w.draft_program}, "priya.nair", 403),
    "vouchers.show_code": Example(_request("gift_card")),
    "vouchers.voucher_file": Example(_request("gift_card")),
    "fulfillment.donation": Example(_request("donation")),
    "vouchers.certificate_file": Example(_request("badge")),
    "credentials.name": Example(_request("badge")),
    "credentials.name_on_trip": Example(lambda w: {"reference": w.tour["traveled"]}, "maya.chen"),
    "credentials.revoke": Example(lambda w: {"token": w.credential}, "priya.nair", 403),
    "voucher_desk.show": Example(
        lambda w: {"token": link_token(actor_of(w.people["ana.sousa"]), w.voucher, at=MONDAY)},
        "ana.sousa",
        403,
    ),
    "voucher_desk.undo": Example(lambda w: {"use_id": w.voucher_use}, "ana.sousa", 403),
    "voucher_desk.undo_later": Example(lambda w: {"use_id": w.voucher_use}, "priya.nair", 403),
    "voucher_desk.statement": Example(_request("gift_card")),
    "voucher_desk.statement_file": Example(_request("gift_card")),
    "voucher_validity.extend": Example(lambda w: {"voucher_id": w.voucher}, "priya.nair", 403),
    "vouchers.manage_one": Example(lambda w: {"voucher_id": w.voucher}, "priya.nair", 403),
    **{
        f"codes.{page}": Example(lambda w: {"pool_id": w.code_pool}, "ana.sousa", 403)
        for page in ("pool", "load", "codes_file", "claims_file")
    },
    "codes.terms": Example(lambda w: {"pool_id": w.code_pool}, "priya.nair", 403),
    **{
        f"codes.{page}": Example(lambda w: {"batch_id": w.code_batch}, "ana.sousa", 403)
        for page in ("batch", "confirm", "discard")
    },
    "codes.withdraw": Example(lambda w: {"batch_id": w.code_batch}, "priya.nair", 403),
    **{
        f"codes.{page}": Example(lambda w: {"report_id": w.code_report}, "ana.sousa", 403)
        for page in ("report", "works", "reissue", "give_back")
    },
    "codes.problem": Example(lambda w: {"reference": w.coded_card, "voucher_id": w.coded_voucher}),
    "funds.show": _TOP_UP,
    "funds.look": _TOP_UP,
    "funds.give_up": _TOP_UP,
    "funds.statement": _FUND,
    "funds.alarm": _FUND,
    "sandbox.checkout": Example(lambda world: {"token": world.sandbox}, "samuel.brandt"),
    "ordering.show": Example(lambda w: {"order_id": w.order}, "ana.sousa", 403),
    **{
        f"fulfillment.{deed}": _TASK
        for deed in (
            "task",
            "take",
            "packed",
            "sent",
            "delivered",
            "booked",
            "done",
            "problem",
            "again",
            "give_back",
            "due",
            "completed",
        )
    },
    **{f"fulfillment.{deed}": _PARCEL for deed in ("lost", "send_again", "refund_lost")},
    "fulfillment.arrived": Example(lambda w: {"reference": w.arrived, "number": 1}),
    "fulfillment.report": Example(lambda w: {"reference": w.arrived, "number": 1}),
    "sending_back.ask": Example(lambda w: {"reference": w.arrived}),
    "sending_back.withdraw": Example(lambda w: {"reference": w.arrived, "number": 1}),
    **{f"sending_back.{deed}": _RETURN for deed in ("show", "accept", "decline", "receive")},
    "goodwill.give": Example(lambda w: {"reference": w.arrived}, "priya.nair", 403),
    "goodwill.agree": _GOODWILL,
    "goodwill.decline": _GOODWILL,
    "goodwill.take_back": _GOODWILL,
    "imports.show": _IMPORT,
    "imports.approve": _IMPORT,
    "imports.cancel": _IMPORT,
    "imports.problems_csv": _IMPORT,
    "imports.rows_in_error": _IMPORT,
}

# What is nobody's own: the arguments choose a thing that is there for everyone.
PUBLIC_THINGS: dict[str, Values] = {
    "guest_registration.show": _by_link(),
    **{f"guest_pocket.{page}": _by_link() for page in ("show", "paper", "calendar")},
    "guest_registration.drawn_list": _by_link(),
    "guest_registration.section": _by_link(section="needs"),
    "guest_registration.send": _by_link(),
    "guest_registration.take_seat": _by_link(item_id=1),
    "guest_registration.leave_seat": _by_link(item_id=1),
    "moments.me": lambda world: {"slug": world.moment},
    "moments.check_in": lambda world: {
        "slug": world.moment_now[0],
        "token": check_in_token(world.moment_now[1]),
    },
    "moments.capture": lambda world: {
        "slug": world.moment_now[0],
        "employee_id": world.people["maya.chen"],
        "token": capture_token(world.moment_now[1], world.people["maya.chen"]),
    },
    "catalog_photos.file": lambda world: {"slug": world.shown_reward, "name": world.photo},
    **{
        f"approval_mail.{deed}": lambda world: {"token": world.mail_token}
        for deed in ("show", "approve", "decline", "undo")
    },
    "artwork.picture": lambda _world: {"kind": "badge", "slug": "kind-words"},
    "nominations.show": lambda world: {"round_id": world.nominations["published"]},
    "assets.stylesheet": lambda _world: {"digest": stylesheet_digest()},
    "ordering.hook": lambda _world: {"slug": "cardhouse"},
    "pocket_feeds.follow": lambda world: {"token": world.tour["feed"]},
    "vouchers.voucher": lambda world: {"code": world.code},
    "vouchers.certificate": lambda world: {"number": world.certificate},
    "credentials.show": lambda world: {"token": world.credential},
    "credentials.file": lambda world: {"token": world.credential, "ending": "png"},
    "credentials.key": lambda world: {"thumbprint": world.signing_key},
    "credentials.revocations": lambda _world: {"number": 1},
    "personas.sign_in_as": lambda world: {"employee_id": world.people["maya.chen"]},
    "static": lambda _world: {"filename": "js/enhance.js"},
}

# For the permission table: things that somebody with the right may see.
SEEN_BY_ALL: dict[str, Values] = {
    "trips.story": lambda world: {"slug": world.tour["slug"]},
    "journeys.ask_dates": lambda world: {"reference": world.waiting},  # nobody's to question
    "catalog.show": lambda world: {"slug": world.shown_reward},
    **dict.fromkeys(
        ("wishes.heart", "wishes.goal", "wishes.tell_of_return"),
        lambda world: {"slug": world.shown_reward},
    ),
    "redemption.check": lambda world: {"slug": world.shown_reward},
    "programs.show": lambda world: {"slug": world.running_program},
    "voucher_desk.show": lambda _world: {"token": "opened-by-nobody"},
    "recognition.show": lambda world: {"recognition_id": world.public_thanks},
    "recognition.person": lambda world: {"handle": f"maya-chen-{world.people['maya.chen']}"},
    "contests.standings": lambda world: {"slug": world.raffle},
    "contests.explained": lambda world: {"slug": world.raffle},
    "contests.tickets": lambda world: {"slug": world.raffle},
    "contests.tickets_file": lambda world: {"slug": world.raffle},
    "trainings.claim": lambda _w: {"slug": "sales-for-marketers", "course": "closing-together"},
}


def stylesheet_digest() -> str:
    """The digest in the address of the style sheet."""
    from marketplace.web.assets import stylesheet_url

    return stylesheet_url().rsplit("laurel.", 1)[1].removesuffix(".css")


def rules_of(app: Flask) -> list[Rule]:
    """Every rule but that of static files, one per endpoint and methods."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def methods_of(rule: Rule) -> list[str]:
    """GET and POST, as far as the rule takes them."""
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def address_of(house: House, rule: Rule, values: Values | None = None) -> str:
    """The address of a rule for these arguments, by default those of its example."""
    with house.app.test_request_context():
        return url_for(rule.endpoint, **(values or values_of(rule.endpoint))(house.story))


def values_of(endpoint: str) -> Values:
    """The arguments of the example, for whoever owns it."""
    if endpoint in EXAMPLES:
        return EXAMPLES[endpoint].values
    return PUBLIC_THINGS.get(endpoint, lambda _world: {})
