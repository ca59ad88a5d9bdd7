"""What a sheet would change, row by row, worked out against the catalog as it stands.

The dry run and the import make the same plan; only the import carries it out. A row that can't be
is named with its field and what to enter, and stays out together with the other rows of a reward
that would begin with it.
"""

from collections.abc import Iterable
from typing import Any

from catalog.bounds import SLUG_LENGTH
from catalog.margins.queries import amount_text
from catalog.search_words import words_of
from catalog.sheets.checks import (
    choices_problem,
    departure_problem,
    price_problem,
    range_problem,
    state_problem,
)
from catalog.sheets.columns import (
    COLUMNS,
    DEPARTURE,
    KEPT_WHEN_EMPTY,
    MONEY,
    OF_REWARD,
    OF_VARIANT,
    written,
)
from catalog.sheets.plan import Plan, PlannedReward, PlannedVariant
from catalog.sheets.queries import KnownCatalog, KnownReward, KnownVariant, Values
from catalog.states import RewardState
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.kernel.tabular.problems import row_error
from marketplace.kernel.taken import PAGES


def make_plan(rows: Iterable[tuple[int, Values]], known: KnownCatalog) -> Plan:
    """The plan for rows of line and values."""
    planner = _Planner(known)
    for line, values in rows:
        planner.take(line, values)
    planner.finish()
    return planner.plan


class _Planner:
    def __init__(self, known: KnownCatalog) -> None:
        self._known, self.plan = known, Plan()
        self._seen: dict[tuple[str, str], int] = {}
        self._tiers = {name.casefold(): name for name in known.tiers}
        self._tiers |= {slug.casefold(): name for name, slug in known.tiers.items()}
        self._departments = {name.casefold(): name for name in known.departments}

    def take(self, line: int, values: Values) -> None:
        """Plan one row, or note why it can't be."""
        self.plan.rows += 1
        try:
            self._take(line, {n: v for n, v in values.items() if not _is_kept(n, v)})
        except _RowProblem as problem:
            self.plan.problems.append(row_error(line, *problem.args))

    def _take(self, line: int, said: Values) -> None:
        variant = self._known.variants.get(said.get("sku", ""))
        slug = self._slug(said, variant)
        reward = self._known.rewards.get(slug)
        variant = variant or _labelled(reward, said)
        planned = self._reward(line, slug, reward, said)
        if "label" not in said and "sku" not in said and "points" not in said:
            return  # a reward that has no amount, size or date yet
        self._refuse_twice(line, slug, variant, said)
        now = variant.values if variant else {}
        wanted = self._variant_values(said, now)
        changes = _differences(wanted, now, OF_VARIANT)
        changes.pop("sku", None) if variant else None
        _keep_planned(changes, now)
        self._check_variant(variant, wanted, changes)
        planned.variants.append(PlannedVariant(line, variant, changes))
        self._tell(line, now, changes if variant else {})

    def _slug(self, said: Values, variant: KnownVariant | None) -> str:
        named = said.get("reward") or ""
        if variant and named and named != variant.reward:
            fact = f"This stock number belongs to the reward {variant.reward}."
            raise _RowProblem("sku", said["sku"], fact, "Another stock number, or that reward.")
        slug = named or (variant.reward if variant else "-".join(words_of(said.get("name", ""))))
        if not slug or slug in PAGES or "-".join(words_of(slug)) != slug:
            enter = "Lower-case letters, digits and hyphens: trail-mug."
            raise _RowProblem("reward", named, "This can't be the address of a reward.", enter)
        return slug[:SLUG_LENGTH].strip("-") if not named and not variant else slug

    def _reward(
        self, line: int, slug: str, known: KnownReward | None, said: Values
    ) -> PlannedReward:
        own = {name: said[name] for name in OF_REWARD if name in said and name != "reward"}
        self._canonical(own)
        if planned := self.plan.rewards.get(slug):
            for name, value in own.items():
                if planned.said.get(name, value) != value:
                    fact = f"Line {planned.line:,} says something else about this reward."
                    shown = str(written(name, value) or "")
                    raise _RowProblem(name, shown, fact, "The same on each row of a reward.")
            return planned
        now = known.values if known else {}
        changes = _differences(own, now, OF_REWARD)
        self._check_reward(known, own, changes)
        planned = PlannedReward(slug, known, line, own, changes)
        self.plan.rewards[slug] = planned
        self._tell(line, now, changes if known else {})
        return planned

    def _canonical(self, own: Values) -> None:
        """Tiers and departments by the names they have here."""
        if "tier" in own:
            own["tier"] = self._found("tier", own["tier"], self._tiers)
        if own.get("departments"):
            names = [self._found("departments", n, self._departments) for n in own["departments"]]
            own["departments"] = sorted(set(names))
        if own.get("limit_per_person") is None and "limit_per_person" in own:
            own["limit_period"] = None
        elif own.get("limit_per_person") and not own.get("limit_period"):
            own["limit_period"] = "ever"

    def _found(self, name: str, text: str, among: dict[str, str]) -> str:
        if text.casefold() not in among:
            known = ", ".join(list(dict.fromkeys(among.values()))[:12]) or "none yet"
            raise _RowProblem(name, text, "This is not known here.", f"One of: {known}.")
        return among[text.casefold()]

    def _check_reward(self, known: KnownReward | None, own: Values, changes: Values) -> None:
        if known and "kind" in changes:
            enter = f"{known.values['kind']}, or make a new reward."
            raise _RowProblem("kind", own["kind"], "What a reward is stays.", enter)
        if known is None:
            _need(own, "kind", "name", "tier")
        problem = state_problem(known, own, changes, self._known.at)
        if problem:
            raise _RowProblem(*problem)

    def _refuse_twice(
        self, line: int, slug: str, variant: KnownVariant | None, said: Values
    ) -> None:
        keys = [("sku", said["sku"])] if "sku" in said else []
        keys += [("sku", variant.values["sku"])] if variant else [(slug, said.get("label", ""))]
        for key in keys:
            if self._seen.setdefault(key, line) != line:
                fact = f"Line {self._seen[key]:,} is the same amount, size or date."
                raise _RowProblem("label", said.get("label", ""), fact, "Each one once.")

    def _variant_values(self, said: Values, now: Values) -> Values:
        wanted = {name: said[name] for name in OF_VARIANT if name in said}
        for name, currency_name in MONEY.items():
            if wanted.get(name) is not None:
                currency = wanted.get(currency_name) or now.get(currency_name)
                wanted[name] = _amount(name, wanted[name], currency)
        for names, currency_name in (
            (("cash",), "cash_currency"),
            (("cost", "market_price"), "cost_currency"),
        ):
            amounts = [wanted.get(name, now.get(name)) for name in names]
            if all(amount is None for amount in amounts):
                wanted.pop(currency_name, None)
                if now.get(currency_name):
                    wanted[currency_name] = None
            elif wanted.get(currency_name) is None:
                wanted.pop(currency_name, None)
        return wanted

    def _check_variant(self, variant: KnownVariant | None, wanted: Values, changes: Values) -> None:
        if variant is None:
            _need(wanted, "label", "points")
        capacity = changes.get("capacity")
        if variant and capacity is not None and capacity < variant.taken:
            fact = f"{variant.taken:,} are set aside or gone already."
            raise _RowProblem("capacity", str(capacity), fact, f"{variant.taken:,} or more.")
        found = (
            price_problem(changes, self._known.at),
            range_problem(variant, wanted, changes),
            choices_problem(variant, changes),
            departure_problem(variant, wanted, {n: changes[n] for n in DEPARTURE if n in changes}),
        )
        for problem in filter(None, found):
            raise _RowProblem(*problem)

    def _tell(self, line: int, now: Values, changes: Values) -> None:
        for name, value in changes.items():
            goes_on = now.get(name, []) if name == "prices" else None
            before = _quoted(written(name, now.get(name)))
            after = written(name, [*goes_on, *value] if goes_on else value)
            fact = f"Now {before}; it would become {_quoted(after)}."
            heading, shown = COLUMNS[name].heading, str(after or "nothing")
            self.plan.notes.append(row_error(line, heading, shown, fact, "Nothing, if meant."))

    def finish(self) -> None:
        """Leave out rewards that would begin with a row in error: nobody knows what was meant.

        And those that would be published with nothing on sale.
        """
        bad = {problem.line for problem in self.plan.problems}
        bad |= self._empty_shelves(bad)
        for slug, planned in list(self.plan.rewards.items()):
            if planned.known is None and planned.line in bad:
                del self.plan.rewards[slug]
                fact = f"The reward begins on line {planned.line:,}, which is in error."
                for one in planned.variants:
                    if one.line not in bad:
                        error = row_error(one.line, "reward", slug, fact, "Correct that line.")
                        self.plan.problems.append(error)

    def _empty_shelves(self, bad: set[int]) -> set[int]:
        lines = set()
        for planned in self.plan.rewards.values():
            wants_to = planned.changes.get("state") == RewardState.PUBLISHED
            if wants_to and planned.line not in bad and not planned.has_anything_on_sale:
                fact = "Nothing of this reward would be on sale."
                enter = "One row on sale: an amount, size or date with its price."
                problem = row_error(planned.line, "state", RewardState.PUBLISHED, fact, enter)
                self.plan.problems.append(problem)
                lines.add(planned.line)
        return lines


def _quoted(value: Any) -> str:
    return f"“{value}”" if value not in (None, "") else "nothing"


class _RowProblem(Exception):
    """Field, value, what is wrong, what to enter."""


def _is_kept(name: str, value: Any) -> bool:
    return name in KEPT_WHEN_EMPTY and value in (None, "")


def _labelled(reward: KnownReward | None, said: Values) -> KnownVariant | None:
    """A row without a stock number is the variant of its reward with the same label."""
    if reward is None or said.get("sku"):
        return None
    found = [one for one in reward.variants.values() if one.values["label"] == said.get("label")]
    return found[0] if len(found) == 1 else None


def _differences(wanted: Values, now: Values, names: Iterable[str]) -> Values:
    return {n: wanted[n] for n in names if n in wanted and wanted[n] != now.get(n)}


def _keep_planned(changes: Values, now: Values) -> None:
    """Of the other prices only those that are not planned yet are a change."""
    if added := [one for one in changes.pop("prices", ()) if one not in now.get("prices", ())]:
        changes["prices"] = added


def _need(values: Values, *names: str) -> None:
    for name in names:
        if values.get(name) is None:
            column = COLUMNS[name]
            fact = "This is empty, and what is new needs it."
            raise _RowProblem(name, "", fact, f"{column.help} For example: {column.example}.")


def _amount(name: str, text: str, currency: str | None) -> str | None:
    if currency is None:
        fact, enter = "The currency of this amount is missing.", "Three letters beside it: EUR."
        raise _RowProblem(name, text, fact, enter)
    try:
        return amount_text(parse_minor(text, PLAIN, currency), currency)
    except CannotRead as refusal:
        raise _RowProblem(name, text, refusal.problem, refusal.enter) from refusal
