"""Who may do what: deeds as permissions, roles as sets of them. Pure data, no SQL."""

from enum import StrEnum


class Role(StrEnum):
    """A duty a person holds. One person may hold several."""

    EMPLOYEE = "employee"
    PROGRAM_MANAGER = "program_manager"
    TRAVEL_APPROVER = "travel_approver"
    FULFILLMENT = "fulfillment"
    VOUCHER_DESK = "voucher_desk"
    FINANCE = "finance"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in words."""
        return self.value.replace("_", " ").capitalize()


class Permission(StrEnum):
    """A deed. Deciding on a request is no permission but a matter of the request's steps."""

    CATALOG_BROWSE = "catalog:browse"
    REWARD_REDEEM = "reward:redeem"
    POINTS_VIEW_OWN = "points:view_own"
    RECOGNIZE = "recognition:use"
    APPROVALS_USE = "approvals:use"
    APPROVALS_SET = "approvals:set"
    SETTINGS_OWN = "settings:own"
    CATALOG_MANAGE = "catalog:manage"
    PROGRAMS_MANAGE = "programs:manage"
    BUDGETS_MANAGE = "budgets:manage"
    FUNDS_MANAGE = "funds:manage"
    IMPORTS_RUN = "imports:run"
    FULFILLMENT_WORK = "fulfillment:work"
    ORDERS_VIEW = "orders:view"
    BOOKS_VIEW = "books:view"
    BOOKS_CLOSE = "books:close"
    VOUCHERS_ACCEPT = "vouchers:accept"
    REPORTS_VIEW = "reports:view"
    TRAVEL_DOCUMENTS = "travel:documents"
    PEOPLE_MANAGE = "people:manage"
    MAILBOX_VIEW = "mailbox:view"


_EVERYONE = frozenset(
    {
        Permission.CATALOG_BROWSE,
        Permission.REWARD_REDEEM,
        Permission.POINTS_VIEW_OWN,
        Permission.RECOGNIZE,
        Permission.APPROVALS_USE,
        Permission.SETTINGS_OWN,
        Permission.MAILBOX_VIEW,
    }
)
_MANAGES = frozenset(
    {
        Permission.CATALOG_MANAGE,
        Permission.PROGRAMS_MANAGE,
        Permission.BUDGETS_MANAGE,
        Permission.IMPORTS_RUN,
        Permission.FULFILLMENT_WORK,
        Permission.ORDERS_VIEW,
        Permission.VOUCHERS_ACCEPT,
        Permission.REPORTS_VIEW,
        Permission.TRAVEL_DOCUMENTS,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _EVERYONE,
    Role.PROGRAM_MANAGER: _EVERYONE | _MANAGES,
    Role.TRAVEL_APPROVER: _EVERYONE,
    Role.FULFILLMENT: _EVERYONE
    | {Permission.FULFILLMENT_WORK, Permission.ORDERS_VIEW, Permission.VOUCHERS_ACCEPT},
    Role.VOUCHER_DESK: _EVERYONE | {Permission.VOUCHERS_ACCEPT},
    Role.FINANCE: _EVERYONE
    | {
        Permission.REPORTS_VIEW,
        Permission.BUDGETS_MANAGE,
        Permission.FUNDS_MANAGE,
        Permission.ORDERS_VIEW,
        Permission.BOOKS_VIEW,
        Permission.BOOKS_CLOSE,
    },
    Role.ADMIN: _EVERYONE
    | {
        Permission.PEOPLE_MANAGE,
        Permission.IMPORTS_RUN,
        Permission.REPORTS_VIEW,
        Permission.APPROVALS_SET,
        Permission.BOOKS_VIEW,
    },
}
