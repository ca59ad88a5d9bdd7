"""Who of a list can't be invited to a departure, and why, before anybody is."""

from collections import Counter
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.people.models import Employee
from marketplace.people.queries import normal_email
from marketplace.people.states import EmployeeStatus
from redemption.bookings.queries import who_has_a_place
from redemption.travel.invitations.errors import CannotInvite
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.policies import Standing, standing_obstacle
from redemption.travel.invitations.queries.standing import DepartureFacts, departure_of
from redemption.travel.invitations.states import LIVE


def cannot_be_invited(people: Sequence[int], variant_id: int) -> list[str]:
    """A sentence for each person who can't be invited, in the order of the list.

    Who stands on it twice is named too.
    """
    trip = departure_of(variant_id)
    found: dict[int, str] = {}
    for batch in in_batches(sorted(set(people))):
        found |= dict(_obstacles(batch, trip))
    twice = {one for one, times in Counter(people).items() if times > 1}
    names = _names(twice)
    doubled = [f"{names[one]} is on the list twice." for one in sorted(twice)]
    return [found[one] for one in dict.fromkeys(people) if one in found] + doubled


def _obstacles(people: Sequence[int], trip: DepartureFacts) -> Iterator[tuple[int, str]]:
    goes = who_has_a_place(people, trip.trip_id, on=trip.starts_on)
    invited = _invited(people, trip)
    rows = session().execute(
        sa.select(Employee.id, Employee.name, Employee.status, Employee.left_on).where(
            Employee.id.in_(people)
        )
    )
    for row in rows:
        who = Standing(row.status is EmployeeStatus.ACTIVE, row.left_on)
        if why := standing_obstacle(who, ends_on=trip.ends_on):
            yield row.id, f"{row.name} {why}."
        elif row.id in goes:
            yield row.id, f"{row.name} has a place on {trip.name} already, or asked for one."
        elif row.id in invited:
            yield row.id, f"{row.name} is invited to {trip.name} already."


def _invited(people: Sequence[int], trip: DepartureFacts) -> set[int]:
    live = sa.select(Invitation.employee_id).where(
        Invitation.employee_id.in_(people),
        Invitation.trip_id == trip.trip_id,
        Invitation.state.in_(LIVE),
    )
    return set(session().scalars(live))


def _names(people: set[int]) -> dict[int, str]:
    rows = session().execute(sa.select(Employee.id, Employee.name).where(Employee.id.in_(people)))
    return {row.id: row.name for row in rows}


def people_in_order(names: Sequence[str]) -> list[int]:
    """The ids of people named by number or e-mail, in their order. Raises CannotInvite."""
    wanted = [name.strip() for name in names]
    found: dict[str, int] = {}
    for batch in in_batches(sorted(set(wanted) | {normal_email(name) for name in wanted})):
        rows = session().execute(
            sa.select(Employee.id, Employee.external_id, Employee.email).where(
                sa.or_(Employee.external_id.in_(batch), Employee.email.in_(batch))
            )
        )
        for row in rows:
            found |= {row.external_id: row.id} | ({row.email: row.id} if row.email else {})
    ids = [found.get(name) or found.get(normal_email(name)) for name in wanted]
    missing = [name for name, one in zip(wanted, ids, strict=True) if one is None]
    if missing:
        more = f" and {len(missing) - 5:,} more" if len(missing) > 5 else ""
        raise CannotInvite(
            f"Nobody here has the number or e-mail {', '.join(missing[:5])}{more}. "
            "Correct these lines. Nobody was invited.",
            field="people",
        )
    return [one for one in ids if one is not None]
