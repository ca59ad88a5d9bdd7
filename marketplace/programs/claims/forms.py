"""Forms of claims: syntax only. What a claim asks for comes from the program's terms."""

from typing import Any

from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Regexp, ValidationError
from wtforms.widgets import TextInput

from marketplace.kernel.db import LARGEST_AMOUNT
from marketplace.kernel.parsing import PLAIN, CannotRead, currency_places, parse_minor
from marketplace.programs.claims.states import NO_EVIDENCE, Evidence
from marketplace.programs.claims.terms import MOST_POINTS, AskedField, ClaimTerms
from marketplace.programs.forms import ProgramForm, RuleForm
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    choices,
    in_capitals,
)
from marketplace.web.uploads import EvidenceField

MOST_ASKED = 6
LONGEST_ASKED = 60
LONGEST_ANSWER = 200
MAY_BE_EMPTY = "(optional)"


class AskedFields(TextAreaField):
    """The program's own questions, one a line; `(optional)` at the end lets one be left out."""

    def __init__(self, label: str = "Ask for more", **kwargs: Any) -> None:
        kwargs.setdefault(
            "description",
            f"Up to {MOST_ASKED} questions, one a line: Client. Write {MAY_BE_EMPTY} behind what "
            "may be left out.",
        )
        super().__init__(label, validators=[Lines(2_000)], **kwargs)
        self.chosen: tuple[AskedField, ...] = ()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Read the lines. Raises ValidationError with what to enter."""
        lines = [line.strip() for line in (self.data or "").splitlines() if line.strip()]
        self.chosen = tuple(
            AskedField(line.removesuffix(MAY_BE_EMPTY).strip(), not line.endswith(MAY_BE_EMPTY))
            for line in lines
        )
        if len(lines) > MOST_ASKED:
            raise ValidationError(f"These are {len(lines)} questions. Ask at most {MOST_ASKED}.")
        names = [asked.name.casefold() for asked in self.chosen]
        if any(not name or len(name) > LONGEST_ASKED for name in names):
            raise ValidationError(f"Write each question in 1 to {LONGEST_ASKED} letters.")
        if len(set(names)) < len(names):
            raise ValidationError("A question stands twice. Ask each once.")

    def show(self, asked: tuple[AskedField, ...]) -> None:
        """Start from the questions that hold now."""
        self.data = "\n".join(
            one.name if one.is_needed else f"{one.name} {MAY_BE_EMPTY}" for one in asked
        )


def _known_currency(_form: object, field: Field) -> None:
    if not field.data or field.errors:
        return
    try:
        currency_places(field.data)
    except CannotRead as unknown:
        raise ValidationError(unknown.enter) from unknown


class TermsForm(Form):
    """The questions about a claim program's terms, for both forms."""

    points = WholeNumberField(
        "Points", low=1, high=100_000, validators=[Filled("Enter how many points.")]
    )
    per_whole = WholeNumberField(
        "For every whole",
        low=1,
        high=100_000_000,
        description="Leave it empty when every claim brings the same. Rounded down per claim.",
    )
    currency = StringField(
        "Currency",
        description="Three letters when it is money (EUR); empty when pieces are counted.",
        filters=[in_capitals],
        validators=[
            Regexp(r"([A-Z]{3})?\Z", message="Enter three letters, as EUR, or nothing."),
            _known_currency,
        ],
    )
    amount_name = StringField(
        "What the amount is called",
        default="Amount",
        validators=[Filled("Say what the amount is called."), Line(40)],
    )
    reference_name = StringField(
        "What the reference is called",
        default="Invoice number",
        description="What names the thing claimed and counts once: an invoice or serial number.",
        validators=[Filled("Say what the reference is called."), Line(40)],
    )
    asked = AskedFields()
    evidence = SelectField(
        "Evidence", choices=choices([(one.value, one.label) for one in Evidence])
    )
    second_look_from = WholeNumberField(
        "A second person looks from",
        low=1,
        high=MOST_POINTS,
        description="In points. Empty: one yes is enough.",
    )
    most_per_person = WholeNumberField("Most claims per person", low=1, high=100_000)
    most_in_total = WholeNumberField("Most claims in all", low=1, high=10_000_000)


class ClaimRuleForm(TermsForm, RuleForm):
    """A new version of what claims bring."""


class ClaimProgramForm(TermsForm, ProgramForm):
    """A new program of claims."""


def terms_in(form: TermsForm) -> ClaimTerms:
    """The terms of a validated form."""
    currency = form.currency.data or ""
    per_whole = form.per_whole.data
    return ClaimTerms(
        points=form.points.data or 1,
        per_amount=None if per_whole is None else per_whole * _minor_units(currency),
        currency=currency if per_whole is not None else "",
        amount_name=(form.amount_name.data or "").strip(),
        reference_name=(form.reference_name.data or "").strip(),
        asked=form.asked.chosen,
        evidence=Evidence(form.evidence.data),
        second_look_from=form.second_look_from.data,
        most_per_person=form.most_per_person.data,
        most_in_total=form.most_in_total.data,
    )


def show_terms(form: TermsForm, terms: ClaimTerms) -> None:
    """Start from the terms that hold now."""
    form.points.data = terms.points
    if terms.per_amount is not None:
        form.per_whole.data = terms.per_amount // _minor_units(terms.currency)
    form.currency.data = terms.currency
    form.amount_name.data = terms.amount_name
    form.reference_name.data = terms.reference_name
    form.asked.show(terms.asked)
    form.evidence.data = terms.evidence.value
    form.second_look_from.data = terms.second_look_from
    form.most_per_person.data = terms.most_per_person
    form.most_in_total.data = terms.most_in_total


def _minor_units(currency: str) -> int:
    return 10 ** currency_places(currency) if currency else 1


class AmountField(Field):
    """What is claimed, above 0: money with a point before the cents, or whole pieces."""

    widget = TextInput()

    def __init__(self, label: str, *, currency: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.currency = currency

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None  # stays so when the text can't be read
        if not valuelist or not str(valuelist[0]).strip():
            return
        text = str(valuelist[0])
        amount = parse_minor(text, PLAIN, self.currency) if self.currency else _pieces(text)
        if not 0 < amount <= LARGEST_AMOUNT:
            raise ValueError("Enter an amount above 0 that one claim can be about.")
        self.data = amount


def _pieces(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 12:
        raise ValueError("Enter a whole number, digits only.")
    return int(text)


def _day() -> DateField:
    return DateField("Day", validators=[InputRequired("Enter the day, as on the document.")])


def _note() -> TextAreaField:
    return TextAreaField("Anything to add", validators=[Lines(1_000)])


class ClaimForm(PageForm):
    """A claim: what every program asks. `claim_form` adds what one program asks besides."""

    reference = StringField("Reference", validators=[Line(80)])
    on_day = _day()
    note = _note()
    asked_names: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """The answers to the program's own questions, by question."""
        told = {name: (self[field].data or "").strip() for field, name in self.asked_names}
        return {name: text for name, text in told.items() if text}

    @property
    def amount_claimed(self) -> int | None:
        """The amount, where the program pays by amount."""
        return self["amount"].data if "amount" in self else None

    @property
    def files(self) -> EvidenceField | None:
        """The field of evidence, where the program takes any."""
        return self._fields.get("evidence")  # pyright: ignore[reportReturnType]


def claim_form(terms: ClaimTerms) -> ClaimForm:
    """The form of one program, with the fields its terms ask for, in the order of the page."""
    name = terms.reference_name
    fields: dict[str, Any] = {
        "reference": StringField(name, validators=[Filled(f"Enter the {name.lower()}."), Line(80)]),
        "on_day": _day(),
    }
    if terms.per_amount is not None:
        amount = terms.amount_name + (f" in {terms.currency}" if terms.currency else "")
        fields["amount"] = AmountField(
            amount, currency=terms.currency, validators=[Filled(f"Enter the {amount.lower()}.")]
        )
    for place, asked in enumerate(terms.asked):
        needed = [Filled(f"Answer “{asked.name}”.")] if asked.is_needed else []
        fields[f"asked_{place}"] = StringField(
            asked.name, validators=[*needed, Line(LONGEST_ANSWER)]
        )
    fields["note"] = _note()
    if terms.evidence is not Evidence.NONE:
        is_needed = terms.evidence is Evidence.REQUIRED
        fields["evidence"] = EvidenceField(needed=NO_EVIDENCE if is_needed else "")
    fields["asked_names"] = tuple(
        (f"asked_{place}", asked.name) for place, asked in enumerate(terms.asked)
    )
    return type("ClaimFormOfProgram", (ClaimForm,), fields)()


class AnswerForm(PageForm):
    """The claimant's answer to a question."""

    text = TextAreaField("Your answer", validators=[Filled("Enter your answer."), Lines(1_000)])
    evidence = EvidenceField("More evidence")


class DecisionForm(PageForm):
    """A manager's answer: which button, what was seen, and the words for the claimant."""

    version = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z", message="Open the claim again.")])
    text = TextAreaField(
        "Question or reason",
        description="The claimant reads it. Needed for a question and for a no.",
        validators=[Lines(1_000)],
    )

    @property
    def seen_version(self) -> int:
        """The version of the claim that was on the page."""
        return int(self.version.data or 0)
