"""Looks at public pages, counted so that nobody tries codes."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.networks import counted_as
from marketplace.kernel.secrets import fingerprint
from redemption.vouchers.errors import TooManyLookups
from redemption.vouchers.models import LookupCount
from redemption.vouchers.policies import LOOKUP_WINDOW, LOOKUPS_PER_WINDOW, Looked, window_of


def count_lookup(address: str, *, at: datetime, of: Looked = Looked.CODE) -> None:
    """Count a look at a public page before its answer is known. Raises TooManyLookups.

    A digest of the address is kept for a day, the address itself never.
    """
    since, digest = window_of(at), fingerprint(counted_as(address), of)
    counted = session().scalar(
        insert_or_skip(LookupCount)
        .values(address=digest, since=since, lookups=1)
        .on_conflict_do_update(
            index_elements=["address", "since"],
            set_={"lookups": LookupCount.lookups + 1},
            where=LookupCount.lookups < LOOKUPS_PER_WINDOW,
        )
        .returning(LookupCount.lookups)
    )
    if counted is None:
        raise TooManyLookups(since + LOOKUP_WINDOW - at)


def forget_lookups(*, before: datetime) -> None:
    """Forget who looked codes up before this moment."""
    session().execute(
        sa.delete(LookupCount).where(LookupCount.since < before),
        execution_options={"synchronize_session": False},
    )
