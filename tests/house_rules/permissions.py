"""Who may enter which endpoint, written by hand: a change of rights has to be made twice.

Every endpoint has a line. `roles` are those who get in; the others are told that the page is for
another role (`others`). GET answers with `get`. POST is sent with a request key that is too short,
so it proves the right to enter and changes nothing: `post` is what somebody with the right gets.
Addresses with arguments are those of things of Maya's, asked for by people who hold one role each
and have no part in them, so what belongs to her alone is 404 for all of them.
"""

from dataclasses import dataclass

from marketplace.access.roles import Permission, Role
from marketplace.web.pages import PUBLIC

EVERYONE = frozenset(Role)
MANAGER = frozenset({Role.PROGRAM_MANAGER})
BUDGETS = MANAGER | {Role.FINANCE}
IMPORTS = MANAGER | {Role.ADMIN}
DESK = MANAGER | {Role.FULFILLMENT}
LEADS = frozenset({Role.TRAVEL_APPROVER})  # the one of the table who has somebody reporting


@dataclass(frozen=True, slots=True)
class Entry:
    """How an endpoint answers those who may enter; None: it does not take that method."""

    entry: str
    roles: frozenset[Role]
    get: int | None = 200
    post: int | None = None
    others: int = 403


def _public(get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(PUBLIC, EVERYONE, get, post)


def _everyone(permission: Permission, get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(permission, EVERYONE, get, post)


def _manager(permission: Permission, get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(permission, MANAGER, get, post)


def _imports(get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(Permission.IMPORTS_RUN, IMPORTS, get, post)


def _desk(get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(Permission.FULFILLMENT_WORK, DESK, get, post)


def _reads_policies() -> Entry:
    return Entry(Permission.REPORTS_VIEW, BUDGETS | {Role.ADMIN})


def _sets_calendars(get: int | None = 200, post: int | None = 422) -> Entry:
    return Entry(Permission.PEOPLE_MANAGE, frozenset({Role.ADMIN}), get, post)


def _sets_policies(get: int | None = 200) -> Entry:
    return Entry(Permission.APPROVALS_SET, frozenset({Role.ADMIN}), get, 422)


def _runs_moments(get: int | None = 200, post: int | None = None) -> Entry:
    return Entry(Permission.RECOGNIZE, MANAGER, get, post, others=404)


_BROWSE, _REDEEM, _OWN_POINTS = (
    Permission.CATALOG_BROWSE,
    Permission.REWARD_REDEEM,
    Permission.POINTS_VIEW_OWN,
)
_RECOGNIZE = Permission.RECOGNIZE
_APPROVALS, _OWN_SETTINGS = Permission.APPROVALS_USE, Permission.SETTINGS_OWN
_CATALOG, _PROGRAMS = Permission.CATALOG_MANAGE, Permission.PROGRAMS_MANAGE

PERMISSIONS: dict[str, Entry] = {
    # Anyone
    "artwork.picture": _public(),
    "assets.stylesheet": _public(),
    "components.show": _public(),
    "health.show": _public(),
    "personas.sign_in_as": _public(get=None, post=303),
    "sign_in.show": _public(),
    "sign_in.submit": _public(get=None, post=422),
    "sign_in.sign_out": _public(get=None, post=303),
    "ordering.hook": _public(get=None, post=400),
    "vouchers.find_voucher": _public(),
    "vouchers.find_certificate": _public(),
    "vouchers.voucher": _public(),
    "vouchers.certificate": _public(get=303),
    "credentials.show": _public(),
    "credentials.file": _public(),
    "credentials.issuer": _public(),
    "credentials.keys": _public(),
    "credentials.key": _public(),
    "credentials.revocations": _public(),
    # Everyone who is signed in
    "home.show": _everyone(_BROWSE),
    "catalog.shelf": _everyone(_BROWSE),
    "catalog.show": _everyone(_BROWSE),
    "search.show": _everyone(_OWN_SETTINGS),
    "saved_views.index": _everyone(_BROWSE),
    "saved_views.save": _everyone(_BROWSE, get=None, post=422),
    "saved_views.show": _everyone(_BROWSE, get=404),
    "saved_views.rename": _everyone(_BROWSE, get=None, post=404),
    "saved_views.delete": _everyone(_BROWSE, get=None, post=422),
    "wishes.mine": _everyone(_BROWSE),
    "wishes.heart": _everyone(_BROWSE, get=None, post=422),
    "wishes.goal": _everyone(_BROWSE, get=None, post=422),
    "wishes.tell_of_return": _everyone(_BROWSE, get=None, post=422),
    "wishes.off": _everyone(_BROWSE, get=None, post=404),
    "wishes.no_goal": _everyone(_BROWSE, get=None, post=422),
    "wishes.notes": _everyone(_BROWSE, get=None, post=422),
    "wishes.forget_viewed": _everyone(_BROWSE, get=None, post=422),
    "points.show": _everyone(_OWN_POINTS),
    "points.download": _everyone(_OWN_POINTS),
    "programs.earn": _everyone(_OWN_POINTS),
    "programs.show": _everyone(_OWN_POINTS),
    "recognition.feed": _everyone(_RECOGNIZE),
    "recognition.show": _everyone(_RECOGNIZE),
    "recognition.person": _everyone(_RECOGNIZE),
    "recognition.undo": _everyone(_RECOGNIZE, get=None, post=422),
    "recognition.clap": _everyone(_RECOGNIZE, get=None, post=404),
    "recognition.showing": _everyone(_RECOGNIZE, get=None, post=404),
    "recognizing.new": _everyone(_RECOGNIZE, post=422),
    "contests.standings": _everyone(_OWN_POINTS),
    "contests.explained": _everyone(_OWN_POINTS),
    "contests.tickets": _everyone(_OWN_POINTS),
    "contests.tickets_file": _everyone(_OWN_POINTS),
    "entitlements.mine": _everyone(_OWN_POINTS),
    "entitlements.show": _everyone(_OWN_POINTS, get=404),
    "entitlements.decline": _everyone(_OWN_POINTS, get=404, post=404),
    "claims.new": _everyone(_OWN_POINTS, post=422),
    "claims.show": _everyone(_OWN_POINTS, get=404),
    "claims.answer": _everyone(_OWN_POINTS, get=None, post=404),
    "claims.withdraw": _everyone(_OWN_POINTS, get=None, post=404),
    "claims.evidence": Entry(_OWN_POINTS, MANAGER, others=404),
    "trainings.claim": _everyone(_OWN_POINTS, post=422),
    "trainings.evidence": Entry(_OWN_POINTS, MANAGER, others=404),
    "basket.mine": _everyone(_REDEEM),
    "basket.add": _everyone(_REDEEM, get=None, post=422),
    "basket.change": _everyone(_REDEEM, get=None, post=404),
    "basket.check": _everyone(_REDEEM, post=422),
    "redemption.check": _everyone(_REDEEM, post=422),
    "redemption.mine": _everyone(_REDEEM),
    "redemption.show": _everyone(_REDEEM, get=404),
    "redemption.cancel": _everyone(_REDEEM, get=404, post=404),
    "redemption.answer": _everyone(_REDEEM, get=None, post=404),
    "redemption.remind": _everyone(_REDEEM, get=None, post=404),
    "waiting.mine": _everyone(_REDEEM),
    "waiting.join": _everyone(_REDEEM, get=None, post=422),
    "waiting.leave": _everyone(_REDEEM, get=404, post=404),
    "waiting.instead": _everyone(_REDEEM, get=404),
    "instead.choose": _everyone(_REDEEM, get=404),
    "instead.wait": _everyone(_REDEEM, get=None, post=404),
    "instead.back": _everyone(_REDEEM, get=None, post=404),
    "instead.take": _everyone(_REDEEM, get=404, post=404),
    "instead.missing": _desk(),
    "instead.mark": _desk(post=422),
    "waiting_manage.lines": _desk(),
    "waiting_manage.line": _desk(),
    "approvals.inbox": _everyone(_APPROVALS),
    "approvals.history": _everyone(_APPROVALS),
    "approvals.show": _everyone(_APPROVALS, get=404),
    "approvals.approve": _everyone(_APPROVALS, get=None, post=404),
    "approvals.decline": _everyone(_APPROVALS, get=404, post=404),
    "approvals.question": _everyone(_APPROVALS, get=404, post=404),
    "approvals.approve_several": _everyone(_APPROVALS, get=None, post=422),
    "approvals.undo": _everyone(_APPROVALS, get=None, post=422),
    "moments.mine": _everyone(_RECOGNIZE),
    "moments.me": _everyone(_RECOGNIZE),
    "moments.check_in": _everyone(_RECOGNIZE, post=422),  # the code is the right
    "moments.capture": _everyone(_RECOGNIZE, post=422),
    "recognition_settings.show": _everyone(_OWN_SETTINGS, post=422),
    "celebrations.show": _everyone(_OWN_SETTINGS, post=422),
    "settings.appearance": _everyone(_OWN_SETTINGS, post=422),
    "settings.sign_in_settings": _everyone(_OWN_SETTINGS),
    "settings.change_password": _everyone(_OWN_SETTINGS, get=None, post=422),
    "settings.end_session": _everyone(_OWN_SETTINGS, get=None, post=404),
    "settings.end_other_sessions": _everyone(_OWN_SETTINGS, get=None, post=303),
    "mailbox.show": _everyone(Permission.MAILBOX_VIEW),
    "mailbox.read": _everyone(Permission.MAILBOX_VIEW, get=404),
    "vouchers.show_code": _everyone(_REDEEM, get=None, post=422),
    "vouchers.voucher_file": _everyone(_REDEEM, get=404),
    "vouchers.certificate_file": _everyone(_REDEEM, get=404),
    "credentials.name": _everyone(_REDEEM, get=None, post=422),
    # Those who manage
    "manage.show": Entry(_OWN_SETTINGS, DESK | BUDGETS | IMPORTS, others=404),
    "vouchers.manage": _manager(_PROGRAMS),
    "vouchers.manage_one": _manager(_PROGRAMS, post=422),
    "fulfillment.desk": _desk(),
    "fulfillment.task": _desk(),
    "fulfillment.take": _desk(get=None, post=422),
    "fulfillment.packed": _desk(get=None, post=422),
    "fulfillment.sent": _desk(get=None, post=422),
    "fulfillment.delivered": _desk(get=None, post=422),
    "fulfillment.booked": _desk(get=None, post=422),
    "fulfillment.done": _desk(get=None, post=422),
    "fulfillment.problem": _desk(get=None, post=422),
    "fulfillment.again": _desk(get=None, post=422),
    "fulfillment.give_back": _desk(get=None, post=422),
    "ordering.index": _desk(),
    "ordering.show": _desk(),
    "ordering.lists": _desk(),
    "ordering.compare": _desk(get=None, post=422),
    "codes.index": _desk(),
    "codes.new": _manager(_CATALOG, post=422),
    "codes.pool": _desk(),
    "codes.terms": _manager(_CATALOG, post=422),
    "codes.load": _desk(post=422),
    "codes.batch": _desk(),
    "codes.confirm": _desk(get=None, post=422),
    "codes.discard": _desk(get=None, post=422),
    "codes.withdraw": _manager(_CATALOG, get=None, post=422),
    "codes.report": _desk(post=422),
    "codes.works": _desk(get=None, post=422),
    "codes.codes_file": _desk(),
    "codes.claims_file": _desk(),
    "codes.problem": _everyone(Permission.REWARD_REDEEM, get=404, post=404),
    "providers.overview": _manager(_CATALOG),
    "providers.show": _manager(_CATALOG),
    "providers.items": _manager(_CATALOG),
    "providers.report": _manager(_CATALOG),
    "providers.sync": _manager(_CATALOG, get=None, post=422),
    "providers.confirm": _manager(_CATALOG, get=None, post=422),
    "providers.discard": _manager(_CATALOG, get=None, post=422),
    "providers.publish": _manager(_CATALOG, post=422),
    "providers.terms": _manager(_CATALOG, post=422),
    "catalog_manage.shelf": _manager(_CATALOG),
    "catalog_manage.new": _manager(_CATALOG, post=422),
    "catalog_manage.edit": _manager(_CATALOG, post=422),
    "catalog_photos.file": _everyone(_BROWSE),
    "catalog_photos.edit": _manager(_CATALOG, post=422),
    "catalog_photos.remove": _manager(_CATALOG, get=None, post=422),
    "catalog_photos.look": _manager(_CATALOG, post=422),
    "catalog_manage.publish": _manager(_CATALOG, get=None, post=422),
    "catalog_manage.cost": _manager(_CATALOG, post=422),
    "catalog_manage.plan_price": _manager(_CATALOG, post=422),
    "catalog_manage.no_markup": _manager(_CATALOG, get=None, post=422),
    "catalog_manage.columns": _manager(_CATALOG),
    "catalog_manage.export": _manager(_CATALOG),
    "catalog_manage.bulk": _manager(_CATALOG),
    "catalog_manage.do_bulk": _manager(_CATALOG, get=None, post=422),
    "catalog_manage.history": _manager(_CATALOG),
    "catalog_manage.prices": _manager(_CATALOG),
    "catalog_manage.schedule": _manager(_CATALOG, post=422),
    "catalog_manage.discard": _manager(_CATALOG, post=422),
    "catalog_manage.retire": _manager(_CATALOG, post=422),
    "catalog_manage.add_variant": _manager(_CATALOG, post=422),
    "catalog_manage.stock": _manager(_CATALOG, post=422),
    "catalog_variants.amounts": _manager(_CATALOG, post=422),
    "catalog_variants.range_": _manager(_CATALOG, post=422),
    "catalog_variants.options": _manager(_CATALOG, post=422),
    "catalog_variants.departure": _manager(_CATALOG, post=422),
    "catalog_variants.dates": _manager(_CATALOG, post=422),
    "catalog_variants.worth": _manager(_CATALOG, post=422),
    "catalog_details.edit": _manager(_CATALOG, post=422),
    "catalog_manage.adjust": _manager(_CATALOG, get=None, post=422),
    "catalog_manage.withdraw": _manager(_CATALOG, get=None, post=422),
    "audiences.reward": _manager(_CATALOG, post=422),
    "catalog_preview.choose": _manager(_CATALOG),
    "catalog_preview.home": _manager(_CATALOG),
    "catalog_preview.shelf": _manager(_CATALOG),
    "catalog_preview.show": _manager(_CATALOG),
    "reach.report": _manager(_CATALOG),
    "reach.count": _manager(_CATALOG, get=None, post=422),
    "reach.take_along": _manager(_CATALOG),
    "reach.fair": _manager(_CATALOG),
    "tiers.overview": _manager(_CATALOG),
    "tiers.new": _manager(_CATALOG, post=422),
    "tiers.edit": _manager(_CATALOG, post=422),
    "tiers.move": _manager(_CATALOG, get=None, post=422),
    "tiers.remove": _manager(_CATALOG, get=None, post=422),
    "tiers.invitations": _manager(_CATALOG, post=422),
    "tiers.take_back": _manager(_CATALOG, get=None, post=422),
    "approval_policies.overview": _reads_policies(),
    "approval_policies.try_out": _reads_policies(),
    "approval_policies.show": _reads_policies(),
    "approval_policies.new": _sets_policies(),
    "approval_policies.change": _sets_policies(),
    "approval_policies.move": _sets_policies(get=None),
    "approval_policies.end": _sets_policies(get=None),
    "approval_pools.overview": _reads_policies(),
    "approval_pools.show": _reads_policies(),
    "approval_pools.new": _sets_policies(),
    "approval_pools.put_in": _sets_policies(get=None),
    "approval_pools.take_out": _sets_policies(get=None),
    "approval_pools.rename": _sets_policies(get=None),
    "approval_pools.end": _sets_policies(get=None),
    "calendars.overview": _sets_calendars(post=None),
    "calendars.site": _sets_calendars(),
    "calendars.follow": _sets_calendars(get=None),
    "calendars.add": _sets_calendars(get=None),
    "calendars.remove": _sets_calendars(get=None),
    "nominations.overview": _everyone(_OWN_POINTS),
    "nominations.new": _everyone(_OWN_POINTS, post=200),
    "nominations.show": _everyone(_OWN_POINTS),
    "nominations.edit": _everyone(_OWN_POINTS, get=404, post=404),
    "nominations.withdraw": _everyone(_OWN_POINTS, get=None, post=404),
    "nominations.judge": _everyone(_OWN_POINTS, get=404, post=404),
    "nominations.vote": _everyone(_OWN_POINTS, get=404, post=404),
    "nominations.confirm": _everyone(_OWN_POINTS, get=404, post=404),
    "nominations.certificate": _everyone(_OWN_POINTS, get=404),
    "nominations_manage.new": _manager(_PROGRAMS, post=422),
    "nominations_manage.change_rule": _manager(_PROGRAMS, post=422),
    "nominations_manage.new_round": _manager(_PROGRAMS, post=422),
    "nominations_manage.show": _manager(_PROGRAMS, post=422),
    "nominations_manage.days": _manager(_PROGRAMS, post=422),
    "nominations_manage.move": _manager(_PROGRAMS, get=None, post=422),
    "nominations_manage.back": _manager(_PROGRAMS, get=None, post=422),
    "nominations_manage.notices": _manager(_PROGRAMS, get=None, post=422),
    "programs_manage.overview": _manager(_PROGRAMS),
    "programs_manage.new": _manager(_PROGRAMS),
    "programs_manage.to_decide": _manager(_PROGRAMS),
    "programs_manage.waiting": _manager(_PROGRAMS),
    "programs_manage.release": _manager(_PROGRAMS, get=None, post=422),
    "programs_manage.desk": _manager(_PROGRAMS),
    "programs_manage.frame": _manager(_PROGRAMS, post=422),
    "programs_manage.discard": _manager(_PROGRAMS, post=422),
    "programs_manage.settle": _manager(_PROGRAMS, post=422),
    "programs_manage.move": _manager(_PROGRAMS, get=None, post=422),
    "orders_manage.new": _manager(_PROGRAMS, post=422),
    "bonuses_manage.new": _manager(_PROGRAMS, post=422),
    "bonuses_manage.give": _manager(_PROGRAMS, post=422),
    "bonuses_manage.withdraw": _manager(_PROGRAMS, post=422),
    "orders_manage.change_rule": _manager(_PROGRAMS, post=422),
    "spurts_manage.new": _manager(_PROGRAMS, post=422),
    "spurts_manage.change_rule": _manager(_PROGRAMS, post=422),
    "spurts_manage.check": _manager(_PROGRAMS),
    "recognition_manage.report": _manager(_PROGRAMS),
    "recognition_manage.download": _manager(_PROGRAMS),
    "recognition_manage.values": _manager(_PROGRAMS),
    "recognition_manage.new_value": _manager(_PROGRAMS, post=422),
    "recognition_manage.edit_value": _manager(_PROGRAMS, post=422),
    "recognition_manage.retire": _manager(_PROGRAMS, get=None, post=422),
    "recognition_manage.remove": _manager(_PROGRAMS, post=422),
    "recognition_programs.new": _manager(_PROGRAMS, post=422),
    "recognition_programs.change_rule": _manager(_PROGRAMS, post=422),
    "contests_manage.new": _manager(_PROGRAMS, post=422),
    "contests_manage.change_rule": _manager(_PROGRAMS, post=422),
    "contests_manage.teams": _manager(_PROGRAMS, post=422),
    "contests_manage.remove_team": _manager(_PROGRAMS, get=None, post=422),
    "contests_desk.standings": _manager(_PROGRAMS),
    "contests_desk.standings_file": _manager(_PROGRAMS),
    "contests_desk.explained": _manager(_PROGRAMS),
    "contests_desk.settle": _manager(_PROGRAMS, post=422),
    "entitlements_manage.withdraw": _manager(_PROGRAMS, post=422),
    "claims_manage.new": _manager(_PROGRAMS, post=422),
    "claims_manage.change_rule": _manager(_PROGRAMS, post=422),
    "claims_manage.queue": _manager(_PROGRAMS),
    "claims_manage.show": _manager(_PROGRAMS),
    "claims_manage.decide": _manager(_PROGRAMS, get=None, post=422),
    "courses.overview": _manager(_PROGRAMS),
    "courses.new": _manager(_PROGRAMS, post=422),
    "courses.edit": _manager(_PROGRAMS, post=422),
    "trainings_manage.new": _manager(_PROGRAMS, post=422),
    "trainings_manage.change_rule": _manager(_PROGRAMS, post=422),
    "trainings_manage.completions": _manager(_PROGRAMS),
    "trainings_manage.claim": _manager(_PROGRAMS),
    "trainings_manage.decide": _manager(_PROGRAMS, get=None, post=422),
    # Also for those who lead people, who hold no role for it: 404 for all others.
    # Also for those who lead people, as Wei does, who hold no role for it: 404 for all others.
    "moments_manage.overview": Entry(_RECOGNIZE, MANAGER | LEADS, others=404),
    "moments_manage.new": Entry(_RECOGNIZE, MANAGER | LEADS, post=422, others=404),
    "moments_manage.show": _runs_moments(),
    "moments_manage.change": _runs_moments(post=422),
    "moments_manage.pick": _runs_moments(post=422),
    "moments_manage.arrange": _runs_moments(get=None, post=422),
    "moments_manage.attendance": _runs_moments(),
    "moments_manage.present": _runs_moments(),
    "moments_paper.speaker": _runs_moments(),
    "moments_paper.codes": _runs_moments(),
    "moments_paper.attendance": _runs_moments(),
    "anniversary_programs.new": _manager(_PROGRAMS, post=422),
    "anniversary_programs.change_rule": _manager(_PROGRAMS, post=422),
    "anniversary_programs.download": _manager(_PROGRAMS),
    "goals_manage.new": _manager(_PROGRAMS, post=422),
    "goals_manage.change_rule": _manager(_PROGRAMS, post=422),
    "paths_manage.new": _manager(_PROGRAMS, post=422),
    "paths_manage.change_rule": _manager(_PROGRAMS, post=422),
    "metrics_manage.overview": _manager(_PROGRAMS),
    "metrics_manage.new": _manager(_PROGRAMS, post=422),
    "metrics_manage.show": _manager(_PROGRAMS),
    "metrics_manage.edit": _manager(_PROGRAMS, post=422),
    "metrics_manage.enter": _manager(_PROGRAMS, post=422),
    "metrics_manage.result": _manager(_PROGRAMS),
    "metrics_manage.correct": _manager(_PROGRAMS, post=422),
    "metrics_manage.withdraw": _manager(_PROGRAMS, post=422),
    "budgets.overview": Entry(Permission.BUDGETS_MANAGE, BUDGETS),
    "budgets.new": Entry(Permission.BUDGETS_MANAGE, BUDGETS, post=422),
    "budgets.show": Entry(Permission.BUDGETS_MANAGE, BUDGETS, post=422),
    "budgets.place": Entry(Permission.BUDGETS_MANAGE, BUDGETS, post=422),
    "budgets.refill": Entry(Permission.BUDGETS_MANAGE, BUDGETS, post=422),
    "transfers.overview": Entry(Permission.BUDGETS_MANAGE, BUDGETS),
    "transfers.new": Entry(Permission.BUDGETS_MANAGE, BUDGETS, post=422),
    "transfers.approve": Entry(Permission.BUDGETS_MANAGE, BUDGETS, get=None, post=422),
    "transfers.decline": Entry(Permission.BUDGETS_MANAGE, BUDGETS, get=None, post=422),
    "transfers.withdraw": Entry(Permission.BUDGETS_MANAGE, BUDGETS, get=None, post=422),
    "imports.history": _imports(),
    "imports.new": _imports(),
    "imports.example": _imports(),
    "imports.upload": _imports(get=None, post=422),
    "imports.show": _imports(),
    "imports.approve": _imports(get=None, post=422),
    "imports.cancel": _imports(get=None, post=422),
    "imports.problems_csv": _imports(),
    "imports.rows_in_error": _imports(),
}
