"""Many buyers in several processes, each with real connections and real commits."""

import multiprocessing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from catalog import operations
from catalog.errors import SoldOut
from catalog.models import VariantStock
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import (
    db,
    engine_options,
    prepare_engine,
    session,
    transaction,
    with_retries,
)
from marketplace.kernel.settings import Settings

PROCESSES = 8
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Sale:
    """What the buyers are after. `guarded` off is how it goes wrong: look first, write later."""

    database_url: str
    variant_id: int
    buyers_each: int
    guarded: bool = True
    deliveries_each: int = 0


def rush(sale: Sale) -> list[str]:
    """Let all buyers of all processes at the stock at once; what became of each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imports once and not once a process
    gate, answers = context.Barrier(PROCESSES), context.Queue()
    crowd = [
        context.Process(target=_buy, args=(sale, gate, answers), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in crowd:
        process.start()
    outcomes = [answers.get(timeout=PATIENCE_SECONDS) for _ in range(PROCESSES)]
    for process in crowd:
        process.join(timeout=PATIENCE_SECONDS)
    answers.close()
    answers.join_thread()
    return [outcome for part in outcomes for outcome in part]


def _buy(sale: Sale, gate: Any, answers: Any) -> None:
    app = _app_on(sale.database_url)
    with app.app_context():
        try:
            left = _left(sale.variant_id)
            gate.wait(timeout=PATIENCE_SECONDS)
            outcomes = [_attempt(sale, left) for _ in range(sale.buyers_each)]
            for _ in range(sale.deliveries_each):
                with_retries(lambda: _deliver(sale, left))
        except Exception as error:  # noqa: BLE001  the test looks at it
            outcomes = [repr(error)]
        db.session.remove()
        db.engine.dispose()
    answers.put(outcomes)


def _app_on(database_url: str) -> Flask:
    settings = Settings(mode="test", database_url=database_url, secret_key="k" * 40, pool_size=1)
    app = Flask("buyers")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


def _left(variant_id: int) -> int:
    stock = VariantStock
    units = stock.capacity - stock.reserved - stock.sold
    left = session().scalar(sa.select(units).where(stock.variant_id == variant_id))
    db.session.remove()
    return left or 0


def _attempt(sale: Sale, left: int) -> str:
    try:
        with_retries(lambda: _take(sale, left))
    except SoldOut:
        return "sold out"
    except Exception as error:  # noqa: BLE001  the test looks at it
        return repr(error)
    return "got it"


def _deliver(sale: Sale, seen: int) -> None:
    """One more unit comes in; unguarded, onto the number that was seen at the start."""
    with transaction():
        if sale.guarded:
            operations.adjust_stock(
                Actor.system(), sale.variant_id, 1, reason="Delivery", at=clock.now()
            )
            return
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == sale.variant_id)
            .values(capacity=seen + 1)
        )


def _take(sale: Sale, left: int) -> None:
    with transaction():
        if sale.guarded:
            operations.reserve_stock(sale.variant_id, 1, at=clock.now())
            return
        if left < 1:
            raise SoldOut(left=left)
        if session().get_bind().dialect.name == "sqlite":
            session().execute(sa.text("PRAGMA ignore_check_constraints=ON"))
        taken = VariantStock.reserved + 1
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == sale.variant_id)
            .values(reserved=taken)
        )
