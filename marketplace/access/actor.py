"""Who acts: a frozen value read once per request, job or command."""

from dataclasses import dataclass, field

from marketplace.access.roles import ROLE_PERMISSIONS, Permission, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts, or the system itself (`employee_id` None)."""

    employee_id: int | None
    name: str
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.EMPLOYEE}))
    email: str | None = None
    department_id: int | None = None
    manager_id: int | None = None
    site: str | None = None
    country: str | None = None

    @classmethod
    def system(cls) -> "Actor":
        """The system acting by itself: jobs and the command line."""
        return cls(employee_id=None, name="Laurel", roles=frozenset(Role))

    @property
    def id(self) -> int:
        """The employee's id. Raises TypeError for the system, which owns nothing."""
        if self.employee_id is None:
            raise TypeError("The system is not an employee.")
        return self.employee_id

    def may(self, permission: Permission) -> bool:
        """Whether any role of this actor allows the deed."""
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles)
