"""Programs for `/search`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.programs.models import Program
from marketplace.programs.queries.pages import SEEN_BY_EMPLOYEES, is_for
from marketplace.programs.states import ProgramState
from marketplace.web.search import Finder, add_finder, has_all_words


def programs(actor: Actor, text: str, _at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Programs for this person that run or have run, the running ones first."""
    return sa.select(
        Program.name.label("title"),
        Program.summary.label("note"),
        Program.slug.label("key"),
        sa.case((Program.state == ProgramState.RUNNING, 0), else_=1).label("rank"),
    ).where(
        Program.state.in_(SEEN_BY_EMPLOYEES),
        is_for(actor),
        has_all_words(text, Program.name, Program.summary),
    )


add_finder(
    Finder(
        "Programs",
        30,
        Permission.POINTS_VIEW_OWN,
        programs,
        lambda slug: url_for("programs.show", slug=slug),
    )
)
