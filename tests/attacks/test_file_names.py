"""A stock number from somebody's sheet stands in names of files, and breaks no header with it."""

import pytest
import sqlalchemy as sa

from catalog.models import Variant
from marketplace.kernel.db import session, transaction
from marketplace.web.downloads import pdf
from tests.redemption.travel.desk.conftest import tour as tour  # noqa: PLC0414  a fixture

NAMES = {
    "Лиссабон 1": "report-1.csv",
    'LIS"; filename="a.exe': "report-lis-filename-a.exe.csv",
    "LIS\r\nSet-Cookie: a=b": "report-lis-set-cookie-a-b.csv",
    "../../etc/LIS": "report-..-..-etc-lis.csv",
    "LIS-1.2": "report-lis-1.2.csv",
}


@pytest.mark.parametrize(("sku", "name"), NAMES.items(), ids=NAMES.values())
def test_a_file_of_a_departure_has_a_plain_name(tour, sign_in, sku, name):
    with transaction():
        mine = sa.update(Variant).where(Variant.id == tour.trip.variant_id)
        session().execute(mine.values(sku=sku))
    priya = sign_in(tour.priya.id)
    answer = priya.get(f"/manage/trips/{tour.trip.slug}/{tour.trip.variant_id}/report.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "Set-Cookie: a" not in str(answer.headers)


def test_so_has_a_paper():
    answer = pdf(b"", 'run-sheet-Ł"\n.pdf')
    assert answer.headers["Content-Disposition"] == 'inline; filename="run-sheet-.pdf"'
