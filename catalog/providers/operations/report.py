"""The report of a sync: a row for each difference, never changed."""

import sqlalchemy as sa

from catalog.providers.adapter import Refusal
from catalog.providers.models import ProviderChange, SyncedBrand, SyncedItem, SyncedReward
from catalog.providers.operations.shelf import Run
from catalog.providers.states import ChangeKind
from marketplace.kernel.db import insert_or_skip, session


def name_refusals(run: Run, refusals: tuple[Refusal, ...]) -> None:
    """One row for each; those of the same number, or without one, are told apart by their place."""
    seen: set[str] = set(
        session().scalars(
            sa.select(ProviderChange.sku).where(
                ProviderChange.sync_id == run.sync_id, ProviderChange.kind == ChangeKind.REFUSED
            )
        )
    )
    for place, one in enumerate(refusals, 1):
        sku = one.sku if one.sku and one.sku not in seen else f"{one.sku}#{place}"
        if sku in seen:
            continue
        seen.add(sku)
        _put(run, ChangeKind.REFUSED, (sku, one.name), words=("", one.reason), share_id=None)


def note(
    run: Run,
    kind: ChangeKind,
    item: SyncedItem,
    *,
    before: str = "",
    after: str = "",
    share: SyncedReward | None = None,
) -> None:
    share_id = item.synced_reward_id if share is None else share.id
    _put(run, kind, (item.sku, item.name), words=(before, after), share_id=share_id)


def note_brand(run: Run, brand: SyncedBrand, name: str) -> None:
    """One row for a brand that is called otherwise."""
    what = (f"brand {brand.id}", brand.name)
    _put(run, ChangeKind.RENAMED, what, words=(brand.name, name), share_id=None)


def _put(
    run: Run,
    kind: ChangeKind,
    what: tuple[str, str],
    *,
    words: tuple[str, str],
    share_id: int | None,
) -> None:
    if run.sync_id is None:
        return
    values = {"sync_id": run.sync_id, "kind": kind, "at": run.at, "synced_reward_id": share_id}
    values |= {"sku": what[0], "name": what[1], "before": words[0], "after": words[1]}
    put = insert_or_skip(ProviderChange).values(values)
    session().execute(put.on_conflict_do_nothing())  # what was reported before a crash stays
