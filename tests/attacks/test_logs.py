"""A log file opens nothing: no code, no password hash, no person's data in it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from marketplace.kernel.codes import grouped, new_code
from marketplace.kernel.db import session, transaction
from redemption.vouchers import views


@pytest.mark.parametrize(
    "trouble",
    [OperationalError("SELECT 1", {}, Exception("database is locked")), RuntimeError("a slip")],
    ids=["busy", "failure"],
)
def test_a_code_that_somebody_checks_is_not_in_the_log_when_that_fails(
    browser, monkeypatch, caplog, trouble
):
    code = grouped(new_code())

    def fail(*_args, **_more):
        raise trouble

    monkeypatch.setattr(views, "count_lookup", fail)
    answer = browser().get(f"/vouchers/{code}")
    assert answer.status_code in {500, 503}
    assert "/vouchers/<code>" in caplog.text
    assert code not in caplog.text
    assert code not in answer.text


def test_what_a_statement_carried_is_not_told_when_it_fails(clean):
    with pytest.raises(DBAPIError) as failed, transaction():
        session().execute(
            sa.text("INSERT INTO credentials (password_hash) VALUES (:kept)"), {"kept": "$argon2id"}
        )
    assert "INSERT INTO credentials" in str(failed.value)
    assert "[parameters" not in str(failed.value)
