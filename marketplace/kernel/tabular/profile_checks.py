"""Whether the parts of a profile fit together."""

from marketplace.kernel.parsing import (
    PLAIN,
    CannotRead,
    currency_places,
    parse_date,
    parse_decimal,
)
from marketplace.kernel.tabular.problems import ProfileProblem
from marketplace.kernel.tabular.profile import DATE_FIELDS, REQUIRED, ImportProfile
from marketplace.kernel.tabular.sections import unknown_name


def check_profile(profile: ImportProfile) -> None:
    """Refuse what can't work with any file."""
    _check_lookups(profile)
    _check_positions(profile)
    _check_constants(profile)
    if profile.kind == "people":
        _check_people(profile)
    elif profile.kind == "completions":
        _check_completions(profile)
    elif profile.kind == "catalog":
        _check_catalog(profile)
    elif profile.kind in REQUIRED:
        _check_required(profile)
    else:
        _check_results(profile)


def _check_lookups(profile: ImportProfile) -> None:
    for name, where in (*profile.fields.items(), *profile.dimensions.items()):
        if where.lookup is not None and where.lookup not in profile.lookups:
            fact = f"“{name}” asks for the lookup “{where.lookup}”, which the profile does not have"
            raise unknown_name(fact, where.lookup, list(profile.lookups) or ["none"])
    for name in {*DATE_FIELDS, "amount"} & {*profile.fields}:
        if profile.fields[name].lookup is not None:
            raise ProfileProblem(f"“{name}” can't come from a lookup.")


def _check_positions(profile: ImportProfile) -> None:
    if profile.file.header:
        return
    used = [(name, where.columns) for name, where in profile.fields.items()]
    used += [(name, where.columns) for name, where in profile.dimensions.items()]
    tests = (("current", profile.current), ("only", profile.only))
    used += [(name, (test.column,)) for name, test in tests if test]
    if profile.wide:
        used.append(("wide", (profile.wide.year, *profile.wide.months)))
    for name, columns in used:
        if any(isinstance(one, str) for one in columns):
            raise ProfileProblem(
                f"“{name}” names a header, but the file has none (file.header = false). "
                "Give the position of the column, counted from 1."
            )


def _check_constants(profile: ImportProfile) -> None:
    for name, text in profile.constants.items():
        if name in profile.fields:
            raise ProfileProblem(f"“{name}” is both a column and a constant. Keep one of them.")
        try:
            if name == "currency":
                currency_places(text)
            elif name in DATE_FIELDS:
                parse_date(text)
            elif name == "amount":
                parse_decimal(text, PLAIN)
        except CannotRead as problem:
            raise ProfileProblem(f"constants.{name}: {problem.enter}") from None


def _check_people(profile: ImportProfile) -> None:
    if not {"name", "first_name", "last_name"} & {*profile.fields}:
        raise ProfileProblem("The profile needs columns.name, or first_name and last_name.")
    if profile.manager_by == "row_key" and "row_key" not in profile.fields:
        raise ProfileProblem('manager.by = "row_key" needs columns.row_key.')


def _check_completions(profile: ImportProfile) -> None:
    if not {"course", "date"} <= {*profile.fields, *profile.constants}:
        raise ProfileProblem("The profile needs columns.course and columns.date.")


def _check_catalog(profile: ImportProfile) -> None:
    if not {"reward", "sku", "name"} & {*profile.fields}:
        raise ProfileProblem("The profile needs columns.sku, columns.reward or columns.name.")


def _check_required(profile: ImportProfile) -> None:
    given = {*profile.fields, *profile.constants}
    for name in REQUIRED[profile.kind]:
        if name not in given:
            raise ProfileProblem(f"The profile needs columns.{name}.")
    if profile.kind == "tickets" and not given & {"traveler", "name"}:
        raise ProfileProblem("The profile needs columns.traveler or columns.name.")


def _check_results(profile: ImportProfile) -> None:
    given = {*profile.fields, *profile.constants}
    if profile.wide and given & {"date", "until", "amount"}:
        raise ProfileProblem("[wide] gives date and amount itself; leave them out of [columns].")
    if not profile.wide and not {"date", "amount"} <= given:
        raise ProfileProblem("The profile needs columns.date and columns.amount, or [wide].")
    if not given & {"currency", "unit"}:
        raise ProfileProblem("The profile needs a currency or a unit, as a column or a constant.")
