"""How a contest stands: figures, ranks and places, worked out from the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.programs.contests.figures import Counted, Figure, figures_of, is_lower_better
from marketplace.programs.contests.models import RaffleEntry
from marketplace.programs.contests.ranking import Ranked, ranked
from marketplace.programs.contests.sides import Side, sides_of
from marketplace.programs.contests.states import Between
from marketplace.programs.earning import Run


@dataclass(frozen=True, slots=True)
class Stand:
    """A competitor with the number of people behind, as prizes need it."""

    competitor: str
    place: int | None
    members: int


def standings_of(run: Run) -> list[Ranked]:
    """Everyone in the order of the board, by the results as they are now."""
    return ranked(
        run.rule.terms,
        figures_of(run),
        slug=run.program.slug,
        lower=is_lower_better(run.rule.terms, run.rule.metrics),
    )


def listed_standings(
    run: Run, entries: Sequence[RaffleEntry], drawn: Mapping[str, int]
) -> list[Ranked]:
    """The same by a published list, which no later correction and no leaving changes."""
    known = {}
    if run.rule.terms.between is not Between.PEOPLE:
        known = sides_of(run).known([entry.competitor for entry in entries])
    figures = [
        Figure(entry.competitor, _listed(entry, known), Counted(entry.tickets), qualifies=True)
        for entry in entries
    ]
    return ranked(run.rule.terms, figures, slug=run.program.slug, drawn=drawn)


def _listed(entry: RaffleEntry, known: Mapping[str, Side]) -> Side:
    kind, _, key = entry.competitor.partition(":")
    if kind == "person":
        return Side(entry.name, (int(key),))
    return known.get(entry.competitor, Side(entry.name, ()))


def stands(standings: list[Ranked]) -> list[Stand]:
    """Those who have a place, in order."""
    return [
        Stand(one.competitor, one.place, len(one.side.members))
        for one in standings
        if one.place is not None
    ]
