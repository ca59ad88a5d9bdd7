"""Rewards for `/search`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from catalog.models import Reward
from catalog.queries.audience import on_shelf
from catalog.search.queries import narrow, rank_of
from catalog.search_words import asked_words
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.search import Finder, add_finder


def rewards(actor: Actor, text: str, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Rewards on this person's shelf, found as the shelf finds them."""
    chosen = sa.select(
        Reward.name.label("title"),
        Reward.summary.label("note"),
        Reward.slug.label("key"),
        rank_of(text).label("rank"),
    )
    is_asked = sa.true() if asked_words(text) else sa.false()
    return narrow(chosen.where(*on_shelf(actor, at), is_asked), text)


add_finder(
    Finder(
        "Rewards",
        10,
        Permission.CATALOG_BROWSE,
        rewards,
        lambda slug: url_for("catalog.show", slug=slug),
        lambda text: url_for("catalog.shelf", q=text),
    )
)
