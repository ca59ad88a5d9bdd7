"""Forms of bonuses: syntax only."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.programs.forms import ProgramForm
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField

LONGEST_LIST = 200_000


class BonusProgramForm(ProgramForm):
    """A new bonus program."""

    largest = WholeNumberField(
        "At most for one bonus",
        low=1,
        high=10_000_000,
        description="In points. More than that is refused.",
        validators=[Filled("Enter the most points that one bonus may have.")],
    )


class GiveForm(PageForm):
    """A list of bonuses; `seal` tells whether it is the one that was looked over."""

    seal = HiddenField(validators=[Length(max=64)])

    lines = TextAreaField(
        "Who gets what",
        description="One a line: e-mail or staff number; points; reason. "
        "For example ana@example.com; 500; Ran the fair in Porto. "
        "Three columns copied out of a spreadsheet are read as well.",
        validators=[
            Filled("Enter at least one line."),
            Lines(LONGEST_LIST, too_long="Give this list in parts; it is too long for one."),
        ],
    )


class WithdrawForm(PageForm):
    """Why a bonus is taken back."""

    reason = StringField(
        "Why?",
        description="Kept with the bonus.",
        validators=[Filled("Write a reason."), Line(200)],
    )
