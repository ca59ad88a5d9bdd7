"""The terms of a program of claims: what one brings, and what has to be said and shown."""

from dataclasses import dataclass

from marketplace.programs.claims.states import Evidence
from marketplace.web.filters import money, points_word

MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class AskedField:
    """One more question of the form."""

    name: str
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """`points` for a claim, or for every whole `per_amount` of what is claimed, rounded down.

    Amounts are minor units of `currency`, or pieces without one. From `second_look_from` points on
    a second person has to agree. Limits count claims that were not declined or withdrawn.
    """

    points: int
    per_amount: int | None = None
    currency: str = ""
    amount_name: str = "Amount"
    reference_name: str = "Reference"
    asked: tuple[AskedField, ...] = ()
    evidence: Evidence = Evidence.OPTIONAL
    second_look_from: int | None = None
    most_per_person: int | None = None
    most_in_total: int | None = None

    def points_for(self, amount: int | None) -> int:
        """What a claim brings: never more than one claim may."""
        if self.per_amount is None:
            return self.points
        return min(max(amount or 0, 0) // self.per_amount * self.points, MOST_POINTS)

    def in_words(self, amount: int) -> str:
        """An amount as people read it."""
        return money(amount, self.currency) if self.currency else f"{amount:,}"

    def needs_second_look(self, amount: int | None) -> bool:
        """Whether a second person has to agree."""
        return self.second_look_from is not None and self.points_for(amount) >= (
            self.second_look_from
        )

    @property
    def may_need_second_look(self) -> bool:
        """Whether a claim can come to where a second person has to agree."""
        if self.second_look_from is None:
            return False
        return self.second_look_from <= (self.points if self.per_amount is None else MOST_POINTS)

    def sentences(self) -> tuple[str, ...]:
        """The rule in at most three sentences."""
        if self.per_amount is None:
            pays = f"{points_word(self.points)} for each approved claim."
        else:
            pays = (
                f"{points_word(self.points)} for every full {self.in_words(self.per_amount)}"
                f"{'' if self.currency else ' ' + self.amount_name.lower()} of an approved claim."
            )
        once = f"Each {self.reference_name.lower()} counts once{self._limits()}."
        if self.second_look_from is None:
            return pays, once
        second = f"From {points_word(self.second_look_from)} on, two people look at it."
        return pays, once, second

    def _limits(self) -> str:
        limits = []
        if self.most_per_person is not None:
            limits.append(f"{self.most_per_person:,} per person")
        if self.most_in_total is not None:
            limits.append(f"{self.most_in_total:,} in all")
        return f", at most {' and '.join(limits)}" if limits else ""

    def formula(self, amount: int | None) -> str:
        """How the points of a claim came about, in words."""
        points = self.points_for(amount)
        if self.per_amount is None or amount is None:
            return f"A claim is {points_word(points)}"
        per, steps = self.in_words(self.per_amount), amount // self.per_amount
        rounded = f"{self.in_words(amount)} ÷ {per}, rounded down, is"
        if points == MOST_POINTS:
            return f"{rounded} {steps:,}; one claim brings at most {points_word(points)}"
        if self.points == 1:
            return f"{rounded} {points_word(points)}"
        return f"{rounded} {steps:,}; {steps:,} × {self.points:,} is {points_word(points)}"
