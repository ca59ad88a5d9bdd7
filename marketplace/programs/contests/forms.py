"""Forms of contests: syntax only. One set of fields serves every form of contest.

What a form of contest lacks is taken out, so that nobody is asked for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError

from marketplace.programs.contests.states import Between, ContestForm, Privacy, Sharing, TieRule
from marketplace.programs.contests.terms import MOST_PARTS, MOST_PLACES
from marketplace.programs.forms import Choices, MeasureForm, ProgramForm, RuleForm
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

MOST_AMOUNT = 1_000_000_000
FEW_ROWS = 3
NO_REWARD = ("", "No reward")
NO_DEPARTMENT = ("", "No department")


class PartForm(MeasureForm):
    """A measure of a score, or a step; without a number the row is empty."""

    per = WholeNumberField("For every full, or to reach", low=1, high=MOST_AMOUNT)
    points = WholeNumberField("Points of the score", low=1, high=100_000)


class OwnMeasureForm(MeasureForm):
    """What counts for one department; without a department the row is empty."""

    department = SelectField("Department", validate_choice=True)
    is_everyones = BooleanField("Count everyone’s results, not only those of its own people")


class PrizeForm(Form):
    """What some ranks bring; without a first rank the row is empty."""

    first = WholeNumberField("From rank", low=1, high=MOST_PLACES)
    last = WholeNumberField("To rank", low=1, high=MOST_PLACES)
    points = WholeNumberField("Points", low=0, high=10_000_000)
    reward = SelectField("Reward")

    def validate_last(self, field: WholeNumberField) -> None:
        """Ranks go upwards."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError("Enter a rank that is not before the first.")

    def validate_points(self, field: WholeNumberField) -> None:
        """A prize is something."""
        if self.first.data and not field.data and not self.reward.data and not field.errors:
            raise ValidationError("Enter points, or choose a reward.")


@dataclass(frozen=True, slots=True)
class Offered:
    """What the choices of the form are made of."""

    metrics: Choices
    departments: Choices
    rewards: Choices


class RuleFields:
    """The fields of the rule, for a new contest and for another version of its rule."""

    between = RadioField(
        "Who competes",
        choices=choices([(one.value, one.label) for one in Between]),
        default=Between.PEOPLE.value,
        validators=[InputRequired("Choose who competes.")],
    )
    dimension = StringField(
        "What names a region",
        description="Only for regions: the name under which results were imported, as region.",
        validators=[Line(60)],
    )
    what = FormField(MeasureForm)
    parts = FieldList(FormField(PartForm), min_entries=FEW_ROWS, max_entries=MOST_PARTS)
    own = FieldList(FormField(OwnMeasureForm), min_entries=2, max_entries=MOST_PARTS)
    threshold = WholeNumberField(
        "The number to reach",
        low=1,
        high=MOST_AMOUNT,
        description="In whole units of the metric’s currency, or pieces.",
        validators=[Filled("Enter the number to reach.")],
    )
    first_to_reach = WholeNumberField(
        "How many can win",
        low=1,
        high=MOST_PLACES,
        description="The first to reach it. Empty: everyone who reaches it wins.",
    )
    baseline_from = DateField(
        "Compare with: first day", validators=[InputRequired("Enter the first day."), within_reach]
    )
    baseline_to = DateField(
        "Last day",
        validators=[InputRequired("Enter the last day."), NotBefore("baseline_from"), within_reach],
    )
    per_ticket = WholeNumberField(
        "A ticket for every full",
        low=1,
        high=MOST_AMOUNT,
        description="In whole units of the metric’s currency, or pieces: 1 order is a ticket.",
        validators=[Filled("Enter what brings a ticket.")],
    )
    least_figure = WholeNumberField(
        "At least, for a place",
        low=1,
        high=MOST_AMOUNT,
        description="In whole units, or in percent where percentages are compared.",
    )
    least_attainment = WholeNumberField(
        "At least this percentage of one’s own target",
        low=1,
        high=1_000,
        description="80 means that nobody below 80 % of their target has a place.",
    )
    places = WholeNumberField(
        "How many ranks win",
        low=1,
        high=MOST_PLACES,
        default=3,
        validators=[Filled("Enter how many ranks win, for example 3.")],
    )
    alternates = WholeNumberField(
        "How many wait in line",
        low=0,
        high=MOST_PLACES,
        description="Where people win a reward: when one declines it, the next in line has it.",
    )
    prizes = FieldList(FormField(PrizeForm), min_entries=FEW_ROWS, max_entries=MOST_PARTS)
    ties = RadioField(
        "Those who share a rank",
        choices=choices(
            [
                (TieRule.EACH.value, "Each get the whole prize, also at the last place"),
                (TieRule.SPLIT.value, "Share what their ranks bring together, rounded down"),
            ]
        ),
        default=TieRule.EACH.value,
        validators=[InputRequired("Choose what those get who share a rank.")],
    )
    sharing = RadioField(
        "Points of a team, department or region",
        choices=choices(
            [
                (Sharing.EACH_MEMBER.value, "Each member gets them all"),
                (Sharing.SPLIT.value, "They are split, rounded down; the rest stays in the budget"),
            ]
        ),
        default=Sharing.EACH_MEMBER.value,
        validators=[InputRequired("Choose how points reach the members.")],
    )
    privacy = RadioField(
        "What people see of each other",
        choices=choices([(one.value, one.label) for one in Privacy]),
        default=Privacy.ALL.value,
        validators=[InputRequired("Choose what people see.")],
    )
    freeze_days = WholeNumberField(
        "Freeze the standings for the last days",
        low=0,
        high=365,
        description="For so many days before the end they stand still. Empty: never.",
    )


_ALWAYS = {"between", "dimension", "alternates", "prizes", "sharing", "privacy"}
_RANKED = {"places", "ties", "freeze_days"}
USES: Mapping[ContestForm, frozenset[str]] = {
    form: frozenset(_ALWAYS | more)
    for form, more in {
        ContestForm.TOP: {"what", "least_figure", "least_attainment", *_RANKED},
        ContestForm.THRESHOLD: {"what", "threshold", "first_to_reach", "ties", "freeze_days"},
        ContestForm.GROWTH: {"what", "own", "baseline_from", "baseline_to", "least_figure",
                             "least_attainment", *_RANKED},
        ContestForm.TARGET: {"what", "own", "least_attainment", *_RANKED},
        ContestForm.SCORE: {"parts", "least_figure", *_RANKED},
        ContestForm.CHAIN: {"parts", "least_figure", *_RANKED},
        ContestForm.RAFFLE: {"what", "per_ticket", "places"},
    }.items()
}  # fmt: skip
RULE_FIELDS = frozenset(name for names in USES.values() for name in names)


def fit(form: Any, contest: ContestForm, offered: Offered, *, more_rows: bool = False) -> None:
    """Take out what this form of contest lacks, add rows if asked for, and set the choices."""
    for name in RULE_FIELDS - USES[contest]:
        del form[name]
    if more_rows:
        _add_rows(form)
    for measure in _measures(form):
        measure.offer(offered.metrics)
    own = form["own"] if "own" in form else []  # noqa: SIM401  a form has no get
    for entry in own:
        entry.form.department.choices = choices([NO_DEPARTMENT, *offered.departments])
    for entry in form["prizes"]:
        entry.form.reward.choices = choices([NO_REWARD, *offered.rewards])


def _add_rows(form: Any) -> None:
    """Some more rows of everything that has rows; what was typed stays."""
    for name in {"parts", "prizes", "own"} & set(form._fields):
        for _ in range(min(FEW_ROWS, MOST_PARTS - len(form[name]))):
            form[name].append_entry()


def _measures(form: Any) -> Sequence[Any]:
    found = [form["what"].form] if "what" in form else []
    for name in ("parts", "own"):
        found += [entry.form for entry in form[name]] if name in form else []
    return found


class PaidAtTheEnd(RuleFields):
    """What a contest pays is paid at the end, so nothing is taken back afterwards."""

    claw_back = None
    claw_back_within = None

    @property
    def claw_back_days(self) -> int | None:
        """Corrections count until all is settled."""
        return None


class ContestProgramForm(PaidAtTheEnd, ProgramForm):
    """A new contest."""


class ContestRuleForm(PaidAtTheEnd, RuleForm):
    """Another version of the rule, before the launch."""


class TeamForm(PageForm):
    """A team and its people, one a line."""

    name = StringField("Name", validators=[Filled("Enter a name for the team."), Line(60)])
    people = TextAreaField(
        "People",
        description="One a line, by e-mail or staff number.",
        validators=[Lines(20_000)],
    )

    @property
    def lines(self) -> list[str]:
        """The people as they were written."""
        written = (self.people.data or "").splitlines()
        return [line.strip() for line in written if line.strip()]


class SettleForm(PageForm):
    """Settle as it was shown: `seal` tells whether anything moved since."""

    seal = StringField("What was shown", validators=[Line(64)])
