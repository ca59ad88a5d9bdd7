"""Pools of people whom policies ask: added, filled, renamed and ended, each noted in the audit."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import person
from redemption.approvals.changes.promises import note_change
from redemption.approvals.gates import pools_asked
from redemption.approvals.models import ApprovalPool, ApprovalPoolMember
from redemption.approvals.operations.policies import policies_locked, refuse_address
from redemption.approvals.queries.routing import rule_of

MOST_PEOPLE = 50


def add_pool(actor: Actor, slug: str, name: str, *, at: datetime) -> None:
    """A pool without people yet. Raises BadInput where the slug is taken or no address."""
    refuse_address(slug, "pool", "travel-desk")
    named = _named(name)
    added = session().scalar(
        insert_or_skip(ApprovalPool)
        .values(slug=slug, name=named)
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(ApprovalPool.slug)
    )
    if added is None:
        raise BadInput(f"There is or was a pool “{slug}”. Choose another address for it.")
    _note(actor, "approval_pool.added", slug, at, name=named)


def rename_pool(actor: Actor, slug: str, name: str, *, at: datetime) -> bool:
    """Call a pool something else; whether that is different. Raises NotFound, BadInput."""
    pool, named = _lock(slug), _named(name)
    if pool.name == named:
        return False
    before, pool.name = pool.name, named
    _note(actor, "approval_pool.renamed", slug, at, before=before, after=named)
    return True


def put_in_pool(actor: Actor, slug: str, employee_id: int, *, at: datetime) -> bool:
    """Let somebody be asked as one of a pool from now on; False when they are.

    Raises NotFound, and BadInput for who has left and for one person too many.
    """
    pool, who = _lock(slug), person(employee_id)
    if not who.is_active:
        raise BadInput(f"{who.name} no longer works here. Nothing was changed.")
    members = session().scalars(
        sa.select(ApprovalPoolMember.employee_id).where(ApprovalPoolMember.pool == slug)
    )
    inside = set(members)
    if employee_id in inside:
        return False
    if len(inside) >= MOST_PEOPLE:
        raise BadInput(f"“{pool.name}” has {MOST_PEOPLE} people, and no pool has more.")
    session().execute(sa.insert(ApprovalPoolMember).values(pool=slug, employee_id=employee_id))
    _note(actor, "approval_pool.person_added", slug, at, who=employee_id, name=who.name)
    return True


def take_from_pool(actor: Actor, slug: str, employee_id: int, *, at: datetime) -> bool:
    """Ask somebody as one of a pool no longer; False when they are not of it. Raises NotFound.

    What they are asked already they may still answer.
    """
    _lock(slug)
    gone = session().execute(
        sa.delete(ApprovalPoolMember).where(
            ApprovalPoolMember.pool == slug, ApprovalPoolMember.employee_id == employee_id
        )
    )
    if rows_changed(gone) != 1:
        return False
    name = person(employee_id).name
    _note(actor, "approval_pool.person_removed", slug, at, who=employee_id, name=name)
    return True


def end_pool(actor: Actor, slug: str, *, at: datetime) -> str:
    """Let policies ask a pool no longer; its name. Raises NotFound, BadInput while one does."""
    kept = policies_locked()
    pool = _lock(slug)
    using = [row.name for row in kept if slug in pools_asked(rule_of(row).gates)]
    if using:
        named = " and ".join(f"“{name}”" for name in using)
        raise BadInput(
            f"“{pool.name}” is asked by {named}. Let that ask somebody else first. "
            "Nothing was changed."
        )
    pool.ended_at = at
    _note(actor, "approval_pool.ended", slug, at, name=pool.name)
    return pool.name


def _lock(slug: str) -> ApprovalPool:
    """A pool there is, while nobody else changes it. Raises NotFound."""
    wanted = sa.select(ApprovalPool).where(
        ApprovalPool.slug == slug, ApprovalPool.ended_at.is_(None)
    )
    pool = (
        session()
        .scalars(wanted.with_for_update().execution_options(populate_existing=True))
        .one_or_none()
    )
    if pool is None:
        raise NotFound("There is no such pool, or it has ended.")
    return pool


def _named(name: str) -> str:
    words = " ".join(name.split())
    if not 0 < len(words) <= 60:
        raise BadInput("Give the pool a name of up to 60 characters, for example Travel desk.")
    return words


def _note(actor: Actor, action: str, slug: str, at: datetime, **details: Any) -> None:
    session().flush()
    note_change(actor, action, f"approval-pool:{slug}", at=at, **details)
