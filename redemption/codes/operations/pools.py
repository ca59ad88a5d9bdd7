"""Feeding a variant by codes in stock, and how that is done."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import set_capacity
from catalog.providers.models import SyncedItem
from catalog.states import RewardState
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.codes.errors import NotForCodes
from redemption.codes.models import CodePool
from redemption.codes.operations.moves import pool_of
from redemption.codes.operations.stock import locked_stock, note_level
from redemption.codes.policies import FED, Terms


def open_pool(actor: Actor, variant_id: int, terms: Terms, *, at: datetime) -> int:
    """Feed a variant by codes from now on; nothing is left to ask for until some are loaded.

    What was promised before gets a code of the stock, too. Raises NotForCodes, NotFound.
    """
    _refuse(variant_id)
    stock = locked_stock(variant_id)
    _refuse(variant_id)  # somebody may have been faster
    taken, why = stock.reserved + stock.sold, "Its stock is counted by codes from now on."
    set_capacity(actor, variant_id, taken, reason=why, at=at)
    pool = CodePool(
        variant_id=variant_id,
        owed=stock.reserved,
        elsewhere=stock.sold,
        opened_by_id=actor.employee_id,
        opened_at=at,
        **asdict(terms),
    )
    session().add(pool)
    session().flush()
    audit.record(actor.employee_id, "codes.opened", f"code-pool:{pool.id}", at=at, **asdict(terms))
    return pool.id


def _refuse(variant_id: int) -> None:
    if why := pool_obstacle(variant_id):
        raise NotForCodes(why)


def pool_obstacle(variant_id: int) -> str:
    """Why this variant can't be fed by codes; empty when it can. Raises NotFound."""
    row = session().execute(
        sa.select(Reward.kind, Reward.state, Variant.range_to_minor)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Variant.id == variant_id)
    )
    found = row.one_or_none()
    if found is None:
        raise NotFound("We can't find this variant.")
    is_synced = sa.exists().where(SyncedItem.variant_id == variant_id)
    if found.kind not in FED:
        return "Only gift cards and experiences are handed out as codes."
    if found.range_to_minor is not None:
        return "People choose the amount of this one. Codes have one amount: add it on its own."
    if session().scalar(sa.select(is_synced)):
        return "This one is ordered from its provider, code by code."
    if found.state is RewardState.DISCARDED:
        return "This draft was discarded."
    if pool_of(variant_id) is not None:
        return "This one has codes in stock already."
    return ""


def set_terms(actor: Actor, pool_id: int, terms: Terms, *, at: datetime) -> None:
    """Look after a pool in another way from now on. Codes that were too old stay so."""
    pool = pool_named(pool_id)
    locked_stock(pool.variant_id)
    for name, value in asdict(terms).items():
        setattr(pool, name, value)
    session().flush()
    note_level(pool, at=at)
    audit.record(
        actor.employee_id, "codes.terms_set", f"code-pool:{pool_id}", at=at, **asdict(terms)
    )


def pool_named(pool_id: int) -> CodePool:
    """A pool as it stands. Raises NotFound."""
    pool = session().get(CodePool, pool_id, populate_existing=True)
    if pool is None:
        raise NotFound("There are no such codes in stock.")
    return pool
