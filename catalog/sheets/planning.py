"""What a sheet would change, row by row, worked out against the catalog as it stands.

The dry run and the import make the same plan; only the import carries it out. A row that can't be
is named with its field and what to enter, and stays out together with the other rows of a reward
that would begin with it.
"""

from collections.abc import Iterable
from typing import Any

from catalog.bounds import SLUG_LENGTH
from catalog.search_words import words_of
from catalog.sheets.checks import check_reward, check_variant
from catalog.sheets.columns import COLUMNS, KEPT_WHEN_EMPTY, OF_REWARD, OF_VARIANT, written
from catalog.sheets.plan import Plan, PlannedReward, PlannedVariant
from catalog.sheets.queries import KnownCatalog, KnownReward, KnownVariant, Values
from catalog.sheets.refusals import RowRefused
from catalog.sheets.wanted import Names, differences, reward_values, variant_values
from catalog.states import RewardState
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
        self._known, self._names, self.plan = known, Names(known), Plan()
        self._seen: dict[tuple[str, str], int] = {}

    def take(self, line: int, values: Values) -> None:
        """Plan one row, or note why it can't be."""
        self.plan.rows += 1
        try:
            self._take(line, {n: v for n, v in values.items() if not _is_kept(n, v)})
        except RowRefused as why:
            error = row_error(line, why.column, why.value, why.fact, why.enter)
            self.plan.problems.append(error)

    def _take(self, line: int, said: Values) -> None:
        variant = self._known.variants.get(said.get("sku", ""))
        slug = _slug(said, variant)
        reward = self._known.rewards.get(slug)
        variant = variant or _labelled(reward, said)
        planned = self._reward(line, slug, reward, said)
        if "label" not in said and "sku" not in said and "points" not in said:
            return  # a reward that has no amount, size or date yet
        self._refuse_twice(line, slug, variant, said)
        planned.variants.append(self._variant(line, variant, said))

    def _reward(
        self, line: int, slug: str, known: KnownReward | None, said: Values
    ) -> PlannedReward:
        own = reward_values(said, self._names)
        if planned := self.plan.rewards.get(slug):
            _refuse_other(planned, own)
            return planned
        now = known.values if known else {}
        changes = differences(own, now, OF_REWARD)
        check_reward(known, own, changes, self._known.at)
        planned = PlannedReward(slug, known, line, own, changes)
        self.plan.rewards[slug] = planned
        self._tell(line, now, changes if known else {})
        return planned

    def _variant(self, line: int, known: KnownVariant | None, said: Values) -> PlannedVariant:
        now = known.values if known else {}
        wanted = variant_values(said, now)
        changes = differences(wanted, now, OF_VARIANT)
        if known:
            changes.pop("sku", None)
        check_variant(known, wanted, changes, self._known.at)
        self._tell(line, now, changes if known else {})
        return PlannedVariant(line, known, changes)

    def _refuse_twice(
        self, line: int, slug: str, variant: KnownVariant | None, said: Values
    ) -> None:
        keys = [("sku", said["sku"])] if "sku" in said else []
        keys += [("sku", variant.values["sku"])] if variant else [(slug, said.get("label", ""))]
        for key in keys:
            if self._seen.setdefault(key, line) != line:
                fact = f"Line {self._seen[key]:,} is the same amount, size or date."
                raise RowRefused("label", said.get("label"), fact, "Each one once.")

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


def _is_kept(name: str, value: Any) -> bool:
    return name in KEPT_WHEN_EMPTY and value in (None, "")


def _slug(said: Values, variant: KnownVariant | None) -> str:
    named = said.get("reward") or ""
    if variant and named and named != variant.reward:
        fact = f"This stock number belongs to the reward {variant.reward}."
        raise RowRefused("sku", said["sku"], fact, "Another stock number, or that reward.")
    slug = named or (variant.reward if variant else "-".join(words_of(said.get("name", ""))))
    if not slug or slug in PAGES or "-".join(words_of(slug)) != slug:
        enter = "Lower-case letters, digits and hyphens: trail-mug."
        raise RowRefused("reward", named, "This can't be the address of a reward.", enter)
    return slug[:SLUG_LENGTH].strip("-") if not named and not variant else slug


def _labelled(reward: KnownReward | None, said: Values) -> KnownVariant | None:
    """A row without a stock number is the variant of its reward with the same label."""
    if reward is None or said.get("sku"):
        return None
    found = [one for one in reward.variants.values() if one.values["label"] == said.get("label")]
    return found[0] if len(found) == 1 else None


def _refuse_other(planned: PlannedReward, own: Values) -> None:
    for name, value in own.items():
        if planned.said.get(name, value) != value:
            fact = f"Line {planned.line:,} says something else about this reward."
            raise RowRefused(name, written(name, value), fact, "The same on each row of a reward.")
