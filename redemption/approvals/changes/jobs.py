"""Letters to others about changes to who decides."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs import job
from marketplace.people.queries import Person, holders_of_any, person
from marketplace.web.letters import write_letter
from redemption.approvals.changes.queries import changes_of

_FIRST, _ELSE = (Role.ADMIN, Role.FINANCE), (Role.PROGRAM_MANAGER,)


@job("redemption.tell_of_changes")
def tell_of_changes(actor_id: int | None, since: str) -> None:
    """Tell the other administrators and finance what somebody changed in a quarter of an hour."""
    with transaction():
        began = datetime.fromisoformat(since)
        changes, at = changes_of(actor_id, began), clock.now()
        name = person(actor_id).name if actor_id is not None else "A command on the server"
        for who in _others(actor_id) if changes else ():
            key = f"approval_rules_changed:{actor_id or 0}:{since}:{who.id}"
            facts = {"changes": changes, "name": name, "since": began}
            write_letter("approval_rules_changed", to=who, key=key, at=at, **facts)


def _others(actor_id: int | None) -> list[Person]:
    """Who else looks after the rules; program managers where nobody does."""
    found = holders_of_any((*_FIRST, *_ELSE))
    for roles in (_FIRST, _ELSE):
        people = {who.id: who for role in roles for who in found[role] if who.id != actor_id}
        if people:
            return list(people.values())
    return []
