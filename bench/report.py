"""What a bench found: lines for people, one JSON object for machines."""

import json
from dataclasses import dataclass, field

import click

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, beside the floor measured in the same run.

    `ratio` is how many times as long the product takes as the floor: 1 would be as fast.
    """

    what: str
    measured: dict[str, Value]
    floor: dict[str, Value]
    ratio: float


@dataclass(slots=True)
class Report:
    """All figures of one bench on one engine, and whether the goals were reached."""

    bench: str
    engine: str
    floor_is: str
    figures: list[Figure] = field(default_factory=list)
    facts: dict[str, Value] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(
        self, what: str, measured: dict[str, Value], floor: dict[str, Value], ratio: float
    ) -> None:
        """Keep one figure."""
        self.figures.append(Figure(what, measured, floor, ratio))

    def expect(self, what: str, found: float, most: float, unit: str) -> None:
        """Hold a figure against its goal."""
        if found > most:
            self.missed.append(f"{what}: {found:,.1f} {unit}, goal at most {most:,.0f}")

    def show(self, *, as_json: bool) -> None:
        """Print it."""
        click.echo(self._json() if as_json else self._text())

    def _json(self) -> str:
        return json.dumps(
            {
                "bench": self.bench,
                "engine": self.engine,
                "floor_is": self.floor_is,
                "figures": [
                    {"what": f.what, "measured": f.measured, "floor": f.floor, "ratio": f.ratio}
                    for f in self.figures
                ],
                "facts": self.facts,
                "missed": self.missed,
            }
        )

    def _text(self) -> str:
        lines = [f"{self.bench} on {self.engine}. The floor: {self.floor_is}."]
        width = max((len(figure.what) for figure in self.figures), default=0)
        for figure in self.figures:
            lines += (
                f"  {figure.what:<{width}}  {_said(figure.measured)}",
                f"  {'':<{width}}  floor: {_said(figure.floor)}",
                f"  {'':<{width}}  ratio: {figure.ratio:,.1f} times the floor",
            )
        lines += [f"  {name}: {_plain(value)}" for name, value in self.facts.items()]
        lines += [f"  MISSED {goal}" for goal in self.missed]
        return "\n".join(lines)


def _said(values: dict[str, Value]) -> str:
    return ", ".join(f"{_plain(value)} {name}" for name, value in values.items())


def _plain(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value
