"""A settlement that looked at orders too early must not take back what a rival granted since."""

import threading

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction, with_retries
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.operations import settlement
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.orders import earning
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold

A_MOMENT = 1.0


@pytest.fixture
def points_after_both(app, at, monkeypatch):
    """Priya settles slowly; while she has looked, a file brings Maya a second order. Her points."""
    maya, priya, program = employ_maya(), actor_of(employ_priya()), run_program()
    report_sales(sold(maya, "SO1", "500"))
    has_looked, file_is_in = threading.Event(), threading.Event()
    really_look = earning.order_totals

    def look_and_be_slow(*args):
        orders = really_look(*args)
        if threading.current_thread().name == "Priya":
            has_looked.set()
            file_is_in.wait(A_MOMENT)
        return orders

    def settle():
        with app.app_context():
            with transaction():
                settle_program(program, actor=priya, at=clock.now())
            db.session.remove()

    def import_file():
        with app.app_context():
            has_looked.wait(30)
            with_retries(lambda: report_sales(sold(maya, "SO2", "300")))
            file_is_in.set()
            db.session.remove()

    def race() -> int:
        session().close()
        monkeypatch.setattr(earning, "order_totals", look_and_be_slow)
        threads = [
            threading.Thread(target=settle, name="Priya"),
            threading.Thread(target=import_file),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert file_is_in.is_set()
        return points_of(maya, at=at).available

    return race


@pytest.mark.race
def test_maya_keeps_what_a_file_brings_while_priya_settles(points_after_both):
    assert points_after_both() == 8


@pytest.mark.race
def test_without_the_lock_before_looking_postgresql_takes_mayas_order_back(
    points_after_both, monkeypatch, engine
):
    monkeypatch.setattr(settlement, "lock_programs", lambda _ids, *, at: None)
    assert points_after_both() == (8 if engine == "sqlite" else 5)
