"""A tag that does not end is refused early: it is never held as a whole, nor read over and over."""

import tracemalloc

import pytest

from marketplace.kernel.tabular import CannotReadTable
from tests.kernel.test_tabular_xlsx import cells_of, crafted

ENDLESS = b"x" * (48 << 20)


@pytest.mark.parametrize(
    "beginning", [b'<worksheet name="', b"<worksheet><!-- ", b"<worksheet><?say "]
)
def test_an_endless_tag_in_a_spreadsheet_is_refused_in_little_memory(beginning):
    file = crafted(beginning + ENDLESS)
    tracemalloc.start()
    try:
        with pytest.raises(CannotReadTable, match="more than an import can be"):
            cells_of(file)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_a_long_tag_that_somebody_could_have_meant_is_read():
    sheet = '<worksheet about="{}"><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>'
    assert cells_of(crafted(sheet.format("x" * 200_000) + "</worksheet>")) == [(1, [7])]
