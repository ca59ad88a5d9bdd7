"""The parts of a workbook beside its cells: sheets, shared texts, and which styles are dates."""

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.kernel.tabular.problems import CannotReadTable, shown
from marketplace.kernel.tabular.xlsx_package import Package, XmlEvents, too_large

MOST_SHARED_BYTES = 64 * 1024 * 1024
_HOUR_STYLES = frozenset({"18", "19", "20", "21"})
_DATE_STYLES = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(slots=True)
class Workbook:
    """The sheet to read and how its dates count."""

    sheet_part: str
    counts_from_1904: bool
    date_styles: frozenset[str]
    hour_styles: frozenset[str]
    shared: "SharedTexts"


def open_workbook(package: Package, sheet: str | None) -> Workbook:
    """Find the sheet by name, or the first visible one."""
    found = _Sheets()
    _run(package, "xl/workbook.xml", found)
    part = _target(package, found.choose(sheet))
    styles, shared = _Styles(), SharedTexts()
    if "xl/styles.xml" in package:
        _run(package, "xl/styles.xml", styles)
    if "xl/sharedStrings.xml" in package:
        _run(package, "xl/sharedStrings.xml", shared)
    return Workbook(part, found.counts_from_1904, styles.dates(), styles.hours(), shared)


class _Handler:
    def start(self, name: str, given: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def _run(package: Package, part: str, handler: _Handler) -> None:
    for _ in XmlEvents(handler.start, handler.end, handler.text).feed(package.unpack(part)):
        pass


@dataclass(slots=True)
class _Sheets(_Handler):
    counts_from_1904: bool = False
    found: list[tuple[str, str, bool]] = field(default_factory=list)

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.counts_from_1904 = given.get("date1904") in {"1", "true"}
        elif name == "sheet":
            key = next((given[k] for k in given if k.rpartition(":")[2] == "id"), "")
            visible = given.get("state", "visible") == "visible"
            self.found.append((given.get("name", ""), key, visible))

    def choose(self, wanted: str | None) -> str:
        for name, key, visible in self.found:
            if (visible and wanted is None) or name == wanted:
                return key
        names = ", ".join(f"“{shown(name)}”" for name, _, _ in self.found[:20])
        raise CannotReadTable(f"There is no sheet “{shown(wanted)}”. The sheets are {names}.")


@dataclass(slots=True)
class _Relations(_Handler):
    found: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.found[given.get("Id", "")] = given.get("Target", "")


def _target(package: Package, key: str) -> str:
    relations = _Relations()
    _run(package, "xl/_rels/workbook.xml.rels", relations)
    target = relations.found.get(key, "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class _Styles(_Handler):
    def __init__(self) -> None:
        self._custom: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cell_formats = False

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._custom[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_formats = True
        elif name == "xf" and self._in_cell_formats:
            self._formats.append(given.get("numFmtId", ""))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_formats = False

    def dates(self) -> frozenset[str]:
        return frozenset(str(at) for at, form in enumerate(self._formats) if self._is_date(form))

    def hours(self) -> frozenset[str]:
        return frozenset(str(at) for at, form in enumerate(self._formats) if self._is_hour(form))

    def _is_hour(self, form: str) -> bool:
        if form in self._custom:
            code = _NOT_CODE.sub("", self._custom[form]).lower()
            return "h" in code and not self._is_date(form)
        return form in _HOUR_STYLES

    def _is_date(self, form: str) -> bool:
        if form in self._custom:
            code = _NOT_CODE.sub("", self._custom[form]).lower()
            return "y" in code or "d" in code
        return form.isascii() and form.isdigit() and int(form[:4]) in _DATE_STYLES


class SharedTexts(_Handler):
    """The texts cells point at, packed into one run of bytes."""

    def __init__(self) -> None:
        self._packed, self._ends = bytearray(), array("I")
        self._is_text, self._phonetic = False, 0

    def start(self, name: str, given: Mapping[str, str]) -> None:  # noqa: ARG002
        if name == "t":
            self._is_text = not self._phonetic
        elif name == "rPh":
            self._phonetic += 1

    def text(self, text: str) -> None:
        if self._is_text:
            self._packed += text.encode()
            if len(self._packed) > MOST_SHARED_BYTES:
                raise too_large()

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self._ends.append(len(self._packed))
            if len(self._ends) > MOST_SHARED_BYTES // 8:
                raise too_large()

    def __getitem__(self, at: int) -> str:
        begin = self._ends[at - 1] if at else 0
        return plain(self._packed[begin : self._ends[at]].decode())


def plain(text: str) -> str:
    """Text without the escapes `_x000D_` that stand for characters XML can't hold."""
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    """The character meant; half a surrogate pair is none, and no file could be written with it."""
    sign = chr(int(found[1], 16))
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else sign
