"""Keeping audiences: found by what they say, or written once."""

from datetime import datetime

import sqlalchemy as sa

from catalog.audiences.clauses import Clause, Clauses, Rule, in_order, key_of
from catalog.audiences.models import Audience, AudienceClause, AudienceRule, TierInvitation
from catalog.states import AudienceAttribute
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput

LARGEST_NUMBER = 100_000_000
_NUMBERS = frozenset({AudienceAttribute.TENURE_MONTHS, AudienceAttribute.POINTS_EARNED})


def audience_for(clauses: Clauses) -> int | None:
    """The id of the audience that says this, written if it is new; None for everyone.

    Raises BadInput for a value its attribute cannot have.
    """
    clauses = in_order(clauses)
    if not clauses:
        return None
    for clause in clauses:
        for rule in clause.rules:
            _refuse_odd(rule)
    key = key_of(clauses)
    which = sa.select(Audience.id).where(Audience.key == key)
    known = session().scalar(which)
    if known is not None:
        return known
    written = session().scalar(
        insert_or_skip(Audience).values(key=key).on_conflict_do_nothing().returning(Audience.id)
    )
    if written is None:
        return session().execute(which).scalar_one()
    for position, clause in enumerate(clauses):
        _write_clause(written, position, clause)
    return written


def _write_clause(audience_id: int, position: int, clause: Clause) -> None:
    row = AudienceClause(
        audience_id=audience_id, position=position, is_shown_locked=clause.is_shown_locked
    )
    session().add(row)
    session().flush()
    session().execute(
        sa.insert(AudienceRule),
        [
            {"clause_id": row.id, "attribute": rule.attribute, "value": rule.value}
            for rule in clause.rules
        ],
    )


def _refuse_odd(rule: Rule) -> None:
    value = rule.value
    if rule.attribute in _NUMBERS:
        is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(LARGEST_NUMBER))
        if not is_number or int(value) > LARGEST_NUMBER:
            raise BadInput(
                f"{rule.attribute.label} takes a whole number from 0 to {LARGEST_NUMBER:,}, "
                f"not “{value}”."
            )
    elif not value:
        raise BadInput(f"{rule.attribute.label} needs a value.")


def invite(actor: Actor, tier_id: int, employee_id: int, *, reason: str = "", at: datetime) -> bool:
    """Invite somebody to a tier; whether they were not invited yet.

    Raises BadInput for oneself: nobody opens a tier to themselves.
    """
    if actor.employee_id == employee_id:
        raise BadInput("You can't invite yourself. Ask another manager to do it.")
    asked = insert_or_skip(TierInvitation).values(
        tier_id=tier_id,
        employee_id=employee_id,
        invited_by_id=actor.employee_id,
        invited_at=at,
        reason=reason,
    )
    put = asked.on_conflict_do_nothing().returning(TierInvitation.employee_id)
    is_new = session().scalar(put) is not None
    if is_new:
        _note(actor, "catalog.invite", tier_id, employee_id, at)
    return is_new


def uninvite(actor: Actor, tier_id: int, employee_id: int, *, at: datetime) -> bool:
    """Take an invitation back; whether there was one. What was asked for before goes its way."""
    gone = session().execute(
        sa.delete(TierInvitation).where(
            TierInvitation.tier_id == tier_id, TierInvitation.employee_id == employee_id
        )
    )
    if rows_changed(gone) == 0:
        return False
    _note(actor, "catalog.uninvite", tier_id, employee_id, at)
    return True


def _note(actor: Actor, action: str, tier_id: int, employee_id: int, at: datetime) -> None:
    record(actor.employee_id, action, f"tier:{tier_id}", at=at, employee_id=employee_id)
