"""Forms of spurts: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, FormField, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from marketplace.programs.forms import Choices, MeasureForm, ProgramForm, RuleForm
from marketplace.programs.measures import Counting
from marketplace.programs.spurts.terms import MOST_LEGS, Leg, Metrics, Per, SpurtTerms
from marketplace.programs.words import minor_units
from marketplace.web.forms import NotBefore, PageForm, WholeNumberField, choices, within_reach

EVERYONE = "Everyone"
LONGEST_REPLAY = 366
_ONE_AT_A_TIME = {Counting.ORDERS, Counting.NEW_CLIENTS}


class LegForm(MeasureForm):
    """One leg. Without points it is left out, whatever else it says."""

    departments = SelectMultipleField("For whom", description="None ticked: for everyone.")
    points = WholeNumberField("Points", low=1, high=100_000)
    per_whole = WholeNumberField(
        "For every full",
        low=1,
        high=100_000_000,
        description="In whole units of the currency, or pieces. Rounded down.",
    )
    per = SelectField("Rounded down for", choices=choices([(one.value, one.label) for one in Per]))
    cap = WholeNumberField(
        "Cap per person", low=1, high=100_000_000, description="In points. Empty: no cap."
    )

    def offer_all(self, metrics: Choices, departments: Choices) -> None:
        """Set what there is to choose from."""
        self.offer(metrics)
        self.departments.choices = choices(departments)

    @property
    def is_used(self) -> bool:
        """Whether points were entered, be they readable or not."""
        typed = self.points.raw_data[0] if self.points.raw_data else self.points.data
        return bool(str(typed or "").strip())

    def validate(self, extra_validators: Any = None) -> bool:
        """Look only at a leg that is used."""
        if not self.is_used:
            for field in self:
                field.errors, field.process_errors = [], []
            return True
        return super().validate(extra_validators)

    def validate_per_whole(self, field: WholeNumberField) -> None:
        """An order or a client counts as one, so several of them are only there over the window."""
        if field.data is None and not field.errors:
            raise ValidationError("Enter the amount or number that brings the points.")
        counting, per = self.counting.data, self.per.data
        is_one = counting in _ONE_AT_A_TIME or (
            counting == Counting.RESULTS and per == Per.RESULT.value
        )
        if is_one and per != Per.WINDOW.value and (field.data or 1) > 1:
            raise ValidationError(
                "Each counts as 1 here. Enter 1, or add up the whole spurt to pay for every few."
            )

    def leg(self, number: int, metrics: Metrics) -> Leg:
        """What was entered, once the form is valid."""
        measure = self.measure
        chosen = set(self.departments.data or ())
        offered = [
            (value, words)
            for value, words, *_ in self.departments.iter_choices()
            if value in chosen
        ]
        return Leg(
            number=number,
            who=_joined([str(words) for _, words in offered]) or EVERYONE,
            departments=tuple(int(value) for value, _ in offered),
            measure=measure,
            points=self.points.data or 1,
            per_amount=(self.per_whole.data or 1) * minor_units(measure, metrics),
            per=Per(self.per.data),
            cap=self.cap.data,
        )

    def show(self, leg: Leg, metrics: Metrics) -> None:
        """Start from a leg that holds now."""
        self.show_measure(leg.measure)
        self.departments.data = [str(one) for one in leg.departments]
        self.points.data = leg.points
        self.per_whole.data = leg.per_amount // minor_units(leg.measure, metrics)
        self.per.data = leg.per.value
        self.cap.data = leg.cap


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


class Legs(PageForm):
    """The legs of a form and the cap of them all, mixed into forms of programs and of rules."""

    leg1 = FormField(LegForm)
    leg2 = FormField(LegForm)
    leg3 = FormField(LegForm)
    leg4 = FormField(LegForm)
    cap = WholeNumberField(
        "Cap of the whole spurt",
        low=1,
        high=1_000_000_000,
        description="The most points it pays in all, first come first served. Empty: no cap.",
    )

    @property
    def legs(self) -> list[tuple[int, LegForm]]:
        """The places for legs, by their number."""
        places = range(1, MOST_LEGS + 1)
        return [(number, getattr(self, f"leg{number}").form) for number in places]

    def offer_all(self, metrics: Choices, departments: Choices) -> None:
        """Set what there is to choose from, everywhere."""
        for _number, leg in self.legs:
            leg.offer_all(metrics, departments)

    def validate(self, extra_validators: Any = None) -> bool:
        """A spurt without any leg pays nothing."""
        is_fine = super().validate(extra_validators)
        if any(leg.is_used for _number, leg in self.legs):
            return is_fine
        first = self.legs[0][1]
        first.points.errors = ["Enter the points of at least one part."]
        return False

    def terms(self, metrics: Metrics) -> SpurtTerms:
        """What was entered, once the form is valid."""
        legs = [leg.leg(number, metrics) for number, leg in self.legs if leg.is_used]
        return SpurtTerms(tuple(legs), self.cap.data)

    def show_terms(self, terms: SpurtTerms, metrics: Metrics) -> None:
        """Start from the terms that hold now."""
        forms = dict(self.legs)
        for leg in terms.legs:
            forms[leg.number].show(leg, metrics)
        self.cap.data = terms.cap


class SpurtRuleForm(Legs, RuleForm):
    """A new version of the rule of a spurt that is under way."""


class SpurtForm(Legs, ProgramForm):
    """A new spurt, or a draft of one, and the days to replay it on."""

    replay_from = DateField("From", validators=[Optional(), within_reach])
    replay_to = DateField("To", validators=[Optional(), NotBefore("replay_from"), within_reach])

    def validate_replay_to(self, field: DateField) -> None:
        """Both days or neither, and not years of them."""
        first, last = self.replay_from.data, field.data
        if first and last and (last - first).days >= LONGEST_REPLAY:
            raise ValidationError(f"Choose at most {LONGEST_REPLAY} days to replay.")

    def validate_replay_from(self, field: DateField) -> None:
        """Both days or neither."""
        if bool(field.data) != bool(self.replay_to.data) and not self.replay_to.errors:
            raise ValidationError("Enter the first and the last day to replay, or neither.")
