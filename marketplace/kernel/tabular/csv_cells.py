"""Delimited text as lines of cells: streaming, strict about quotes, short of memory on purpose."""

import csv
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from marketplace.kernel.tabular.cells import Cell, Records, check_width
from marketplace.kernel.tabular.encoding import LONGEST_LINE, line_too_long
from marketplace.kernel.tabular.escaping import unescape
from marketplace.kernel.tabular.problems import CannotReadTable, RowError, row_error
from marketplace.kernel.tabular.profile import FileFormat

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE = 100


class CsvCells:
    """One delimited file whose encoding and delimiter are settled; read it as often as needed."""

    def __init__(self, stream: BinaryIO, form: FileFormat, encoding: str) -> None:
        self._stream, self._form, self._encoding = stream, form, encoding
        self.delimiter = form.delimiter or self._find_delimiter()

    def records(self) -> Records:
        """Every line that says something, from the beginning, with the line it starts on."""
        return self._read(self.delimiter)

    def _read(self, delimiter: str) -> Records:
        with closing(_Lines(self._stream, self._encoding, self._form.skip_rows)) as lines:
            yield from self._records_of(lines, delimiter)

    def _records_of(self, lines: "_Lines", delimiter: str) -> Records:
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            strict=True,
            quoting=csv.QUOTE_MINIMAL if self._form.quoting else csv.QUOTE_NONE,
        )
        first = self._form.skip_rows + 1
        while True:
            start = first + reader.line_num
            lines.begin_record()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _quote_error(start, lines.last, error)
                continue
            if lines.has_zero:
                yield row_error(
                    start, "", lines.last, "This row holds a NUL character.", "Remove it."
                )
                continue
            check_width(start, len(record))
            cells: list[Cell] = [*map(unescape, record)] if lines.has_apostrophe else [*record]
            yield start, cells

    def _find_delimiter(self) -> str:
        fitting = [mark for mark in DELIMITERS if self._fits(mark)]
        if len(fitting) == 1:
            return fitting[0]
        found = (
            " or ".join(_NAMES[mark] for mark in fitting) or "none of comma, semicolon, tab, pipe"
        )
        raise CannotReadTable(
            f"The delimiter can't be told from the first lines: {found} fits. Name it in the "
            "profile (file.delimiter)."
        )

    def _fits(self, mark: str) -> bool:
        with closing(self._read(mark)) as records:
            first = [one[1] for one in islice(records, _SAMPLE) if isinstance(one, tuple)]
        widths = [len(cells) for cells in first if cells]
        return bool(widths) and widths[0] > 1 and widths.count(widths[0]) >= 0.8 * len(widths)


class _Lines:
    """Decoded lines of bounded length, and of a bounded number of characters per record.

    Closed by whoever reads them: the file is read again, and two can't have hold of it.
    """

    def __init__(self, stream: BinaryIO, encoding: str, skip: int) -> None:
        stream.seek(0)
        self.last, self._size, self.has_zero, self.has_apostrophe = "", 0, False, False
        self._iterator = self._lines(stream, encoding, skip)

    def begin_record(self) -> None:
        self._size, self.has_zero, self.has_apostrophe = 0, False, False

    def __iter__(self) -> Iterator[str]:
        return self._iterator

    def close(self) -> None:
        """Let go of the file."""
        self._iterator.close()

    def _lines(self, stream: BinaryIO, encoding: str, skip: int) -> Generator[str, None, None]:
        text = TextIOWrapper(stream, encoding, newline="")
        try:
            number = 0
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                self._size += len(line)
                if self._size > LONGEST_LINE:
                    raise line_too_long(number)
                if number <= skip:
                    self._size = 0
                    continue
                if "\0" in line:
                    self.has_zero = True
                if "'" in line:
                    self.has_apostrophe = True
                self.last = line
                yield line
        except UnicodeError:
            raise CannotReadTable(f"The file can't be read as {encoding}.") from None
        finally:
            with suppress(ValueError):  # the file may be closed before this generator is
                text.detach()


def _quote_error(line: int, text: str, error: csv.Error) -> RowError:
    if "field larger" in str(error) or "unexpected end" in str(error):
        problem = "A quotation mark opened in this row is never closed."
        enter = "Close it, double a mark that belongs to the text, or set file.quoting = false."
        return row_error(line, "", text.rstrip("\r\n"), problem, enter)
    problem = "A quotation mark stands in the middle of a cell."
    enter = 'Double it ("") inside a quoted cell, or set file.quoting = false in the profile.'
    return row_error(line, "", text.rstrip("\r\n"), problem, enter)
