"""What a camera reads off a voucher: `python -m tests.support.squares CODE` on a database.

Nothing here reads pictures, so the square is drawn by the product and its text caught on the way.
"""

import sys
from unittest import mock

import sqlalchemy as sa

from marketplace.app import create_app, job_scope
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.models import Redemption, RedemptionLine
from redemption.vouchers import documents, queries
from redemption.vouchers.models import Voucher
from redemption.vouchers.proofs.keeping import key_to_sign_with


def square_text(code: str) -> str:
    """The text in the square of the voucher with this code."""
    voucher = session().get_one(Voucher, queries.voucher_with_code(code))
    owner = sa.select(RedemptionLine.employee_id, Redemption.reference).join(
        Redemption, Redemption.id == RedemptionLine.redemption_id
    )
    who, reference = session().execute(owner.where(RedemptionLine.id == voucher.line_id)).one()
    issued = queries.issued_for(actor_of(who), reference)
    mine = next(one for one in issued.live_vouchers if one.number == voucher.number)
    with mock.patch.object(documents, "qr", lambda text, *_words, **_options: text):
        return str(documents.square(mine, code, key_to_sign_with()))


if __name__ == "__main__":
    app = create_app()
    with app.app_context(), job_scope(app):
        print(square_text(sys.argv[1]))  # noqa: T201  it is a command
