"""Bringing airports in: new ones are added, others corrected, none is ever taken away."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.airports.files import ReadAirport
from catalog.airports.models import Airport
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import in_batches, session


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many airports a file added, corrected and left as they were."""

    new: int
    changed: int
    unchanged: int


def bring_in(actor: Actor, airports: Iterable[ReadAirport], *, at: datetime) -> BroughtIn:
    """Add and correct airports by their three letters. The same file again changes nothing.

    What a file does not name stays: somebody may leave from there.
    """
    known = {row["iata"]: row for row in _known()}
    rows = [asdict(one) | {"searched": one.searched} for one in airports]
    new = [row for row in rows if row["iata"] not in known]
    changed = [row for row in rows if row["iata"] in known and known[row["iata"]] != row]
    for batch in in_batches(new):
        session().execute(sa.insert(Airport), list(batch))
    for batch in in_batches(changed):
        session().execute(sa.update(Airport), list(batch))
    done = BroughtIn(len(new), len(changed), len(rows) - len(new) - len(changed))
    if new or changed:
        record(actor.employee_id, "airports.brought_in", "airports", at=at, **asdict(done))
    return done


def _known() -> list[dict[str, Any]]:
    columns = sa.select(*sa.inspect(Airport).columns)
    return [dict(row) for row in session().execute(columns).mappings()]
