"""Forms of nomination awards: syntax, and the people whose names stand in them."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Regexp, ValidationError

from marketplace.kernel.errors import NotFound
from marketplace.people.queries import person_named
from marketplace.programs.forms import Choices, ProgramForm, RuleForm
from marketplace.programs.nominations.models import HIGHEST_SCORE, LOWEST_SCORE
from marketplace.programs.nominations.states import CapUnit, Choosing, Ties
from marketplace.programs.nominations.terms import (
    MOST_QUESTIONS,
    Cap,
    Monthly,
    Named,
    NominationTerms,
    Question,
)
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)

MOST_PEOPLE = 20
NUMBERS = range(1, MOST_QUESTIONS + 1)


class PeopleField(TextAreaField):
    """People, one a line, by e-mail or staff number; `chosen` holds them once it is valid."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, validators=[Lines(2_000)], **kwargs)
        self.chosen: tuple[Named, ...] = ()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Find everyone. Raises ValidationError naming the line nobody is found for."""
        lines = [line.strip() for line in (self.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_PEOPLE:
            raise ValidationError(f"Name {MOST_PEOPLE} people at most.")
        self.chosen = tuple(dict.fromkeys(_person(line) for line in lines))


def _person(line: str) -> Named:
    if "\0" in line or len(line) > 200:
        raise ValidationError(f"“{line[:40]}” can't be read. Enter an e-mail or a staff number.")
    try:
        found = person_named(line)
    except NotFound as unknown:
        raise ValidationError(
            f"Nobody here has the e-mail or staff number “{line[:60]}”. Correct the line."
        ) from unknown
    if not found.is_active:
        raise ValidationError(f"{found.name} does not work here any more. Name somebody else.")
    return Named(found.id, found.name)


class AwardTerms:
    """The fields of an award's terms: for a new program and for a new rule."""

    award: Any = StringField(
        "What the winner is called",
        description="As Marketer of the month.",
        validators=[Filled("Enter what the winner is called."), Line(60)],
    )
    nominators: Any = SelectMultipleField(
        "Who may nominate", description="Choose departments, or none for everyone."
    )
    nominees: Any = SelectMultipleField(
        "Who may be nominated", description="Choose departments, or none for everyone."
    )
    question_1: Any = StringField(
        "First question", validators=[Filled("Ask at least one question."), Line(120)]
    )
    required_1: Any = BooleanField("It has to be answered", default=True)
    question_2: Any = StringField("Second question", validators=[Line(120)])
    required_2: Any = BooleanField("It has to be answered")
    question_3: Any = StringField("Third question", validators=[Line(120)])
    required_3: Any = BooleanField("It has to be answered")
    question_4: Any = StringField("Fourth question", validators=[Line(120)])
    required_4: Any = BooleanField("It has to be answered")
    choosing: Any = RadioField(
        "Who chooses",
        default=Choosing.JURY.value,
        choices=choices(
            [(Choosing.JURY.value, "A jury, with scores"), (Choosing.VOTE.value, "A vote")]
        ),
    )
    jury: Any = PeopleField("Jury", description="One a line: e-mail or staff number.")
    voters: Any = SelectMultipleField(
        "Who may vote", description="Choose departments, or none for everyone."
    )
    confirmers: Any = PeopleField(
        "Who confirms",
        description="One a line: e-mail or staff number. Empty: the program managers.",
    )
    ties: Any = SelectField(
        "If the figures are equal",
        choices=choices(
            [
                (Ties.NOMINATIONS.value, "More nominations come first"),
                (Ties.REASON.value, "They share the rank, and who proposes says why"),
            ]
        ),
    )
    shortlist: Any = WholeNumberField("Length of the shortlist", low=1, high=20, default=3)
    winners: Any = WholeNumberField("Winners in a round", low=1, high=10, default=1)
    points: Any = WholeNumberField("Points for a winner", low=0, high=1_000_000)
    shortlist_points: Any = WholeNumberField(
        "Points for the rest of the shortlist", low=0, high=1_000_000
    )
    cap_wins: Any = WholeNumberField(
        "One person wins at most",
        low=1,
        high=100,
        description="How many times. Empty: as often as it comes.",
    )
    cap_span: Any = WholeNumberField("Within", low=1, high=120)
    cap_unit: Any = SelectField(
        "Rounds or months",
        choices=choices([(CapUnit.ROUNDS.value, "Rounds"), (CapUnit.MONTHS.value, "Months")]),
    )
    is_monthly: Any = BooleanField("Plan a round each month by itself")
    closes_day: Any = WholeNumberField("Nominations until which day of the month", low=1, high=31)
    judging_days: Any = WholeNumberField("Days for judging", low=1, high=60)

    def offer(self, departments: Choices) -> None:
        """Set the departments to choose from."""
        for field in (self.nominators, self.nominees, self.voters):
            field.choices = choices(departments)

    def validate_jury(self, field: PeopleField) -> None:
        """Where a jury chooses there has to be one."""
        if self.choosing.data == Choosing.JURY.value and not field.chosen and not field.errors:
            raise ValidationError("Name the jury: one e-mail or staff number a line.")

    def validate_shortlist(self, field: Field) -> None:
        """A shortlist holds at least the winners."""
        if field.errors:
            return
        if field.data is None:
            raise ValidationError("Enter how many stand on the shortlist.")
        if self.winners.data and field.data < self.winners.data:
            raise ValidationError(f"At least the {self.winners.data} winners stand on it.")

    def validate_winners(self, field: Field) -> None:
        """There is a winner."""
        if field.data is None and not field.errors:
            raise ValidationError("Enter how many win in a round.")

    def validate_cap_span(self, field: Field) -> None:
        """A cap needs its span, and a span its cap."""
        if field.errors or self.cap_wins.errors:
            return
        if self.cap_wins.data and field.data is None:
            raise ValidationError("Enter within how many rounds or months.")
        if field.data and self.cap_wins.data is None:
            raise ValidationError("Enter how many times one person may win, or leave both empty.")

    def validate_closes_day(self, field: Field) -> None:
        """A monthly round needs its last day."""
        if self.is_monthly.data and field.data is None and not field.errors:
            raise ValidationError("Enter the last day for nominations, for example 20.")

    def validate_judging_days(self, field: Field) -> None:
        """A monthly round needs its days for judging."""
        if self.is_monthly.data and field.data is None and not field.errors:
            raise ValidationError("Enter how many days the judging takes, for example 7.")

    def terms(self, departments: Choices) -> NominationTerms:
        """What was chosen, once the form is valid."""
        names = {int(key): name for key, name in departments}

        def named(field: Field) -> tuple[Named, ...]:
            return tuple(Named(int(one), names[int(one)]) for one in field.data or ())

        is_jury = self.choosing.data == Choosing.JURY.value
        capped = self.cap_wins.data and self.cap_span.data
        return NominationTerms(
            award=self.award.data.strip(),
            questions=self._questions(),
            nominators=named(self.nominators),
            nominees=named(self.nominees),
            choosing=Choosing(self.choosing.data),
            jury=self.jury.chosen if is_jury else (),
            voters=() if is_jury else named(self.voters),
            confirmers=self.confirmers.chosen,
            shortlist=self.shortlist.data,
            winners=self.winners.data,
            points=self.points.data or 0,
            shortlist_points=self.shortlist_points.data or 0,
            cap=Cap(self.cap_wins.data, self.cap_span.data, CapUnit(self.cap_unit.data))
            if capped
            else None,
            ties=Ties(self.ties.data),
            monthly=Monthly(self.closes_day.data, self.judging_days.data)
            if self.is_monthly.data
            else None,
        )

    def _questions(self) -> tuple[Question, ...]:
        asked = [
            (getattr(self, f"question_{number}").data, getattr(self, f"required_{number}").data)
            for number in NUMBERS
        ]
        return tuple(
            Question(text.strip(), bool(required))
            for text, required in asked
            if (text or "").strip()
        )

    def show_terms(self, terms: NominationTerms, emails: dict[int, str]) -> None:
        """Start from the terms that hold now; `emails` say how people are written."""
        self.award.data, self.choosing.data = terms.award, terms.choosing.value
        for field, kept in (
            (self.nominators, terms.nominators),
            (self.nominees, terms.nominees),
            (self.voters, terms.voters),
        ):
            field.data = [str(one.id) for one in kept]
        for field, people in ((self.jury, terms.jury), (self.confirmers, terms.confirmers)):
            field.data = "\n".join(emails.get(one.id, one.name) for one in people)
        for number, question in enumerate(terms.questions, start=1):
            getattr(self, f"question_{number}").data = question.text
            getattr(self, f"required_{number}").data = question.is_required
        self.ties.data = terms.ties.value
        for name in ("shortlist", "winners", "points", "shortlist_points"):
            getattr(self, name).data = getattr(terms, name)
        if terms.cap:
            self.cap_wins.data, self.cap_span.data = terms.cap.wins, terms.cap.span
            self.cap_unit.data = terms.cap.unit.value
        self.is_monthly.data = terms.monthly is not None
        if terms.monthly:
            self.closes_day.data = terms.monthly.closes_day
            self.judging_days.data = terms.monthly.judging_days


class NominationProgramForm(AwardTerms, ProgramForm):
    """A new nomination award."""


class NominationRuleForm(AwardTerms, RuleForm):
    """A new version of an award's rule."""

    rounds_under_way: bool = False
    choosing_now: Choosing = Choosing.JURY

    def validate_choosing(self, field: Field) -> None:
        """What a round began with, scores or votes, it ends with."""
        if self.rounds_under_way and field.data != self.choosing_now.value:
            raise ValidationError("A round is under way. Finish it before you change who chooses.")


class DatesForm(PageForm):
    """The days of a round."""

    opens_on = DateField(
        "Nominations open",
        validators=[InputRequired("Enter the first day for nominations."), within_reach],
    )
    closes_on = DateField(
        "Nominations close",
        description="The last day counts.",
        validators=[
            InputRequired("Enter the last day for nominations."),
            NotBefore("opens_on"),
            within_reach,
        ],
    )
    judged_by = DateField(
        "Judging ends",
        description="The last day counts.",
        validators=[InputRequired("Enter the last day of judging."), within_reach],
    )

    def validate_judged_by(self, field: DateField) -> None:
        """Judging comes after nominations."""
        closes: date | None = self.closes_on.data
        if field.data and closes and field.data <= closes:
            raise ValidationError("Enter a day after nominations close.")


class RoundForm(DatesForm):
    """A new round."""

    name = StringField(
        "Name",
        description="As November 2026.",
        validators=[Filled("Enter a name for the round."), Line(60)],
    )


class ReasonForm(PageForm):
    """Why a proposal goes back."""

    reason = TextAreaField(
        "Why it goes back",
        description="Who proposed reads this.",
        validators=[Filled("Say why, so that the next proposal can do better."), Lines(500)],
    )
    proposal = HiddenField(
        validators=[Regexp(r"[1-9][0-9]{0,14}\Z", message="Open the page again and answer there.")]
    )

    @property
    def proposal_id(self) -> int:
        """The proposal that was read."""
        return int(self.proposal.data or 0)


class ProposeForm(PageForm):
    """Who wins, and why when it is not the first."""

    winners = SelectMultipleField("Who wins")
    reason = TextAreaField(
        "Why",
        description="Needed when it is not the first of the ranking, or others share the place.",
        validators=[Lines(500)],
    )


class VoteForm(PageForm):
    """One vote."""

    nominee = RadioField("Your vote", validators=[InputRequired("Choose who gets your vote.")])


def answers_form(questions: tuple[Question, ...]) -> Any:
    """A form that asks these questions, as `answer_1` and so on."""
    fields = {}
    for number, question in enumerate(questions, start=1):
        needed = [Filled("Write an answer before you send it.")] if question.is_required else []
        fields[f"answer_{number}"] = TextAreaField(
            question.text,
            validators=[*needed, Lines(1_000)],
        )
    return type("AnswersForm", (PageForm,), fields)()


PASS = "pass"  # noqa: S105  a juror passes


def scores_form(nominees: list[tuple[int, str]]) -> Any:
    """A form with a score for each nominee, as `score_41`."""
    offered = [(str(score), str(score)) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)]
    fields = {
        f"score_{nominee_id}": SelectField(
            f"Your score for {name}",
            choices=choices([("", "Choose"), *offered, (PASS, "Pass")]),
            validators=[InputRequired(f"Give {name} a score, or pass.")],
        )
        for nominee_id, name in nominees
    }
    return type("ScoresForm", (PageForm,), fields)()
