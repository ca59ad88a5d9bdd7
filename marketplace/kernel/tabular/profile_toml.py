"""From the TOML text of a profile to an `ImportProfile`."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal

from marketplace.kernel.parsing import PLAIN, CannotRead, NumberFormat, date_reader
from marketplace.kernel.tabular.encoding import known_encoding
from marketplace.kernel.tabular.problems import ProfileProblem
from marketplace.kernel.tabular.profile import (
    ABOUT_PEOPLE,
    FIELDS,
    NAMES_NOBODY,
    NULL_WORDS,
    Column,
    FieldColumn,
    FileFormat,
    ImportProfile,
    Kind,
    LookupTable,
    PersonBy,
    RowTest,
    WideTable,
)
from marketplace.kernel.tabular.profile_checks import check_profile
from marketplace.kernel.tabular.sections import (
    Section,
    any_text,
    count,
    flag,
    one_of,
    text,
    texts,
    unknown_name,
)

MOST_COLUMNS = 1024
LARGEST_PROFILE = 64 * 1024
_BY = one_of("identity", "row_key", "email", "name")
_position = count(1, MOST_COLUMNS)
_NOBODY: tuple[FieldColumn | None, PersonBy] = (None, "identity")


def parse_profile(toml: str) -> ImportProfile:
    """The profile a TOML text describes; `ProfileProblem` names the key that is wrong."""
    if len(toml) > LARGEST_PROFILE:
        raise ProfileProblem("A profile is at most 64 KB of text.")
    try:
        top = Section(tomllib.loads(toml))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileProblem(f"The profile is not valid TOML: {error}.") from None
    kind: Kind = top.need("kind", one_of(*FIELDS))
    top.take("description", text, "")
    profile = _read(top, kind)
    check_profile(profile)
    return profile


def _read(top: Section, kind: Kind) -> ImportProfile:
    fields = top.take("columns", lambda value, where: _columns(value, where, kind), {})
    identity, by = _NOBODY
    if kind not in NAMES_NOBODY:
        identity, by = top.need("identity" if kind == "people" else "person", _named_person)
    manager, manager_by = _NOBODY
    if kind == "people":
        manager, manager_by = top.take("manager", _named_person, _NOBODY)
    people = {"identity" if kind == "people" else "person": identity, "manager": manager}
    numbers, rounding = top.take("numbers", _numbers, (PLAIN, False))
    profile = ImportProfile(
        kind=kind,
        file=top.take("file", lambda value, where: _file(Section(value, where)), FileFormat()),
        fields={**{k: v for k, v in people.items() if v}, **fields},
        person_by=by,
        manager_by=manager_by,
        null_words=top.take("null_words", texts, NULL_WORDS),
        dates=top.take("dates", _dates, ()),
        numbers=numbers,
        rounding=rounding,
        current=top.take("current", _row_test, None) if kind == "people" else None,
        only=top.take("only", _row_test, None),
        wide=top.take("wide", _wide, None) if kind in ABOUT_PEOPLE else None,
        lookups=top.take("lookup", _lookups, {}),
        dimensions=top.take("dimensions", _dimensions, {}) if kind == "results" else {},
        constants=top.take("constants", lambda value, where: _constants(value, where, kind), {}),
    )
    top.finish()
    return profile


def _file(section: Section) -> FileFormat:
    found = FileFormat(
        delimiter=section.take("delimiter", _delimiter, None),
        encoding=section.take("encoding", _encoding, None),
        header=section.take("header", flag, True),
        quoting=section.take("quoting", flag, True),
        skip_rows=section.take("skip_rows", count(0, 10_000), 0),
        sheet=section.take("sheet", text, None),
    )
    section.finish()
    return found


def _delimiter(value: object, where: str) -> str:
    mark = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(str(value), str(value))
    if len(mark) != 1 or mark in '"\r\n\0' or mark.isalnum():
        raise ProfileProblem(f'{where} has to be one mark such as ",", ";", "|" or "tab".')
    return mark


def _encoding(value: object, where: str) -> str:
    name = known_encoding(text(value, where))
    if name is None:
        raise ProfileProblem(
            f"{where}: “{value}” is no encoding. Write utf-8, utf-16 or cp1252, say."
        )
    return name


def column(value: object, where: str) -> Column:
    """A header text or a position from 1."""
    return text(value, where) if isinstance(value, str) else _position(value, where)


def _field(value: object, where: str) -> FieldColumn:
    if not isinstance(value, Mapping):
        return FieldColumn(_column_list(value, where))
    section = Section(value, where)
    found = _field_options(section)
    section.finish()
    return found


def _field_options(section: Section) -> FieldColumn:
    return FieldColumn(
        columns=section.need("column", _column_list),
        null_words=section.take("null_words", texts, None),
        dates=section.take("dates", _dates, None),
        numbers=section.take("numbers", lambda value, where: _numbers(value, where)[0], None),
        lookup=section.take("lookup", text, None),
    )


def _column_list(value: object, where: str) -> tuple[Column, ...]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ProfileProblem(f"{where} names no column.")
    return tuple(column(one, where) for one in values)


def _columns(value: object, where: str, kind: Kind) -> dict[str, FieldColumn]:
    own = {"identity", "manager", "person"}
    known = [name for name in FIELDS[kind] if name not in own]
    found = {}
    for name, one, place in Section(value, where).each():
        if name in own and name in FIELDS[kind]:
            raise ProfileProblem(f"{place} belongs into a table of its own: [{name}].")
        if name not in known:
            raise unknown_name(f"“{place}” is no field of {kind}", name, known)
        found[name] = _field(one, place)
    return found


def _named_person(value: object, where: str) -> tuple[FieldColumn | None, PersonBy]:
    section = Section(value, where)
    by: PersonBy = section.take("by", _BY, "identity") if where != "identity" else "identity"
    found = _field_options(section)
    section.finish()
    return found, by


def _dates(value: object, where: str) -> tuple[str, ...]:
    formats = texts(value, where)
    for form in formats:
        try:
            date_reader(form)
        except CannotRead as problem:
            raise ProfileProblem(f"{where}: {problem}") from None
    return formats


def _numbers(value: object, where: str) -> tuple[NumberFormat, bool]:
    section = Section(value, where)
    rounding = section.take("rounding", flag, False)
    try:
        found = NumberFormat(
            decimal=section.take("decimal", any_text, "."),
            thousands=section.take("thousands", any_text, ""),
            signs=tuple(sign for sign in section.take("signs", texts, ()) if sign),
            scale=Decimal(section.take("scale", count(1, 10**9), 1)),
        )
    except CannotRead as problem:
        raise ProfileProblem(f"{where}: {problem}") from None
    section.finish()
    return found, rounding


def _row_test(value: object, where: str) -> RowTest:
    section = Section(value, where)
    found = RowTest(section.need("column", column), section.take("value", texts, ()))
    section.finish()
    return found


def _wide(value: object, where: str) -> WideTable:
    section = Section(value, where)
    found = WideTable(
        year=section.need("year", column),
        months=section.need("months", _column_list),
        first_month=section.take("first_month", count(1, 12), 1),
    )
    section.finish()
    if len(found.months) > 12:
        raise ProfileProblem(f"{where}.months names more than twelve columns.")
    return found


def _lookups(value: object, where: str) -> dict[str, LookupTable]:
    found = {}
    for name, one, place in Section(value, where).each():
        section = Section(one, place)
        source, target = section.need("from", column), section.need("to", column)
        file = section.take("file", _plain_file_name, None)
        found[name] = LookupTable(name, file, _file(section), source, target)
    return found


def _plain_file_name(value: object, where: str) -> str:
    name = text(value, where)
    if name in {".", ".."} or any(mark in name for mark in "/\\\0:"):
        raise ProfileProblem(f"{where} has to be the plain name of a file beside the import.")
    return name


def _dimensions(value: object, where: str) -> dict[str, FieldColumn]:
    return {name: _field(one, place) for name, one, place in Section(value, where).each()}


def _constants(value: object, where: str, kind: Kind) -> dict[str, str]:
    known = [name for name in FIELDS[kind] if name not in {"identity", "row_key"}]
    found = {}
    for name, one, place in Section(value, where).each():
        if name not in known:
            raise unknown_name(f"“{place}” is no field that can be constant", name, known)
        found[name] = text(one, place)
    return found
