"""What somebody could have instead of a reward: at most at its price, and there to be had now."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.offers import Offer
from catalog.queries.audience import Reader
from catalog.queries.cards import Card, cards, drawn
from catalog.queries.offers import offers_asked, offers_beside_standing, offers_in
from catalog.queries.picks import BY_POINTS_DOWN, pick_open, together
from catalog.queries.rows import Statement
from catalog.shelf.models import ShelfEntry
from catalog.states import TRAVEL, Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session

_LOOKED_AT = 12  # of each: some are sold out, or were had as often as one may
MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """What can't be had: its reward, of what kind it is and what it costs."""

    reward_id: int
    kind: Kind
    points: int


def rewards_instead(reader: Reader, of: Missing) -> tuple[Card, ...]:
    """Others that the reader may have now, at most at that price: the same kind, the nearest first.

    Trips are nobody's substitute: they have dates, and others decide on them.
    """
    binds = {"kind": of.kind, "reward": of.reward_id, "price": of.points}
    found = {card.reward_id: card for card in cards(_below(), reader, binds)}
    had = [c for c in found.values() if not (c.is_sold_out or c.is_used_up or c.lock)]
    had.sort(key=lambda card: (card.kind is not of.kind, -card.points, card.reward_id))
    return tuple(had[:MOST_SHOWN])


def variants_within(actor: Actor, slug: str, points: int, *, at: datetime) -> list[Offer]:
    """The variants of a reward that the actor may have now for at most so many points."""
    statement = offers_beside_standing().where(Reward.slug == slug)
    statement = statement.order_by(Variant.position, Variant.id)
    rows = session().execute(statement, offers_asked(actor, at))
    offers = (one for _, one in offers_in(rows, actor, at))
    return [o for o in offers if o.is_on_sale and not o.is_sold_out and o.points <= points]


@lru_cache(maxsize=1)
def _below() -> Statement:
    entry = ShelfEntry
    conditions = (
        entry.points <= sa.bindparam("price", type_=sa.BigInteger),
        entry.reward_id != sa.bindparam("reward", type_=sa.BigInteger),
        entry.kind.not_in(sorted(TRAVEL)),
    )
    same_kind = entry.kind == sa.bindparam("kind", type_=entry.kind.type)
    picks = [
        pick_open(f"below-{len(more)}", BY_POINTS_DOWN, *conditions, *more, limit=_LOOKED_AT)
        for more in ((same_kind,), ())
    ]
    return drawn(together(*picks))
