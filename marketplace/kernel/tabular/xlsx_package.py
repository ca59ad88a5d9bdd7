"""The ZIP around a spreadsheet, opened with mistrust.

Only parts that are needed are unpacked, piece by piece and against one budget, whatever sizes the
archive claims; XML with a document type (the way to entity bombs) is refused.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from copy import copy
from io import SEEK_END
from typing import BinaryIO
from xml.parsers import expat

from marketplace.kernel.tabular.problems import CannotReadTable

MOST_PARTS = 2_000
MOST_UNPACKED = 512 * 1024 * 1024
CHUNK = 1 << 16
LONGEST_TAG = 1 << 20
_LONGEST_ENDING = 22 + (1 << 16)
_BROKEN = "This XLSX file is damaged. Open it in a spreadsheet program and save it again."


class Package:
    """The parts of one XLSX file, of `size` bytes: no part unpacks to more than it claims."""

    def __init__(self, stream: BinaryIO) -> None:
        _check_directory(stream)
        stream.seek(0)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise CannotReadTable(_BROKEN) from None
        infos = self._zip.infolist()
        self._parts = {info.filename.lstrip("/"): info for info in infos}
        self._left = MOST_UNPACKED
        if len(infos) > MOST_PARTS or len(self._parts) != len(infos):
            raise CannotReadTable("This XLSX file has too many parts, or two of one name.")
        self.size = sum(info.file_size for info in infos)
        if self.size > MOST_UNPACKED:
            raise too_large()
        if any(info.flag_bits & 1 for info in infos):
            raise CannotReadTable("This file is protected by a password. Save it without one.")
        if "xl/workbook.xml" not in self._parts:
            raise CannotReadTable("This is no XLSX spreadsheet. Save the table as XLSX or CSV.")

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def unpack(self, name: str) -> Iterator[bytes]:
        """One part, piece by piece; a size that was lied about or too much in all is refused."""
        if name not in self._parts:
            raise CannotReadTable(_BROKEN)
        told = self._parts[name].file_size
        info = copy(self._parts[name])
        info.file_size = MOST_UNPACKED + 1  # read to the real end, not to the claimed one
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    self._left -= len(chunk)
                    told -= len(chunk)
                    if self._left < 0 or told < 0:
                        raise too_large()
                    yield chunk
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error):
            raise CannotReadTable(_BROKEN) from None


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a list of parts too long to be held, before it is read."""
    size = stream.seek(0, SEEK_END)
    stream.seek(max(0, size - _LONGEST_ENDING))
    ending = stream.read()
    at = ending.rfind(b"PK\x05\x06")
    if at < 0 or len(ending) < at + 16:
        raise CannotReadTable(_BROKEN)
    is_zip64 = ending[max(0, at - 20) : at].startswith(b"PK\x06\x07")
    if is_zip64 or int.from_bytes(ending[at + 12 : at + 16], "little") > MOST_PARTS * 512:
        raise CannotReadTable("This XLSX file has too many parts. Save the table alone, or as CSV.")


def too_large() -> CannotReadTable:
    """The refusal of an archive that unpacks to too much."""
    return CannotReadTable(
        "This XLSX file unpacks to more than an import can be. Save the table alone, or as CSV."
    )


class XmlEvents:
    """Streams one XML part through handlers that get element names without their prefix."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> None:
        self._start, self._end = start, end
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = _refuse_document_type

    def _begin(self, name: str, given: dict[str, str]) -> None:
        """The first element shows whether names are prefixed; most are not, and go straight on."""
        start, end = self._start, self._end
        if ":" in name:
            self._parser.StartElementHandler = lambda name, given: start(_local(name), given)
            self._parser.EndElementHandler = lambda name: end(_local(name))
        else:
            self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        start(_local(name), given)

    def feed(self, chunks: Iterator[bytes]) -> Iterator[None]:
        """Parse chunk by chunk; control comes back after each, so that results can be taken.

        The parser keeps a tag or comment until it ends, and reads it anew with every chunk.
        """
        fed = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > LONGEST_TAG:
                    raise too_large()
                yield
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise CannotReadTable(_BROKEN) from None
        yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    raise CannotReadTable(
        "This XLSX file holds a document type, which no spreadsheet program writes."
    )
