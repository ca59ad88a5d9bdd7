"""Two gift cards that are fed by codes bought in bulk: of one there are enough, of one few."""

import secrets
from datetime import datetime, timedelta
from io import BytesIO

import sqlalchemy as sa

from catalog.models import Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.codes import ALPHABET
from marketplace.kernel.db import session
from redemption.codes.operations.batches import Upload, check_file
from redemption.codes.operations.loading import load_batch
from redemption.codes.operations.pools import open_pool
from redemption.codes.policies import Purchase, Terms

BOUGHT = (
    ("Nimbus Cinema gift card", "nimbus-2026-10.csv", 40, 1_380, 400, 21),
    ("Nimbus Cinema gift card", "nimbus-2026-11.csv", 60, 1_350, 700, 3),
    ("Kite & Kettle gift card", "kite-and-kettle.csv", 4, 1_425, 500, 12),
)
"""Which card, from which file, how many, what one cost, how many days they last, bought when."""
HOW = "Open nimbus-cinema.example/redeem.\nChoose your seats and enter the code when you pay."


def load_codes(priya: Actor, *, at: datetime) -> None:
    """Feed the smallest amount of both cards by codes, as if they were bought in these weeks."""
    pools: dict[str, int] = {}
    for name, file_name, count, cost, days, ago in BOUGHT:
        then = at - timedelta(days=ago)
        if name not in pools:
            terms = Terms(low_at=10, guard_days=14, how=HOW if "Nimbus" in name else "")
            pools[name] = open_pool(priya, _smallest(name), terms, at=then)
        last_day = (at + timedelta(days=days)).date().isoformat()
        rows = "\n".join(f"{_invented()},{last_day}" for _ in range(count))
        upload = Upload(
            file_name=file_name,
            file=BytesIO(f"Code,Valid until\n{rows}".encode()),
            purchase=Purchase(
                unit_cost_minor=cost,
                cost_currency="EUR",
                supplier=name.removesuffix(" gift card"),
                reference=f"INV-{then:%y%m%d}",
            ),
        )
        batch_id = check_file(priya, pools[name], upload, at=then)
        load_batch(priya, batch_id, at=then)


def _smallest(name: str) -> int:
    found = session().scalars(
        sa.select(Variant.id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Reward.name == name)
        .order_by(Variant.position)
    )
    return next(iter(found))


def _invented() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join((signs[:4], signs[4:8], signs[8:]))
