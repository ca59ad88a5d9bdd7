"""Forms of tiers: syntax only."""

from lucide import IconDoesNotExist
from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from catalog.audiences.forms import TierAudienceForm
from marketplace.web.forms import Addressed, Filled, Line, Lines, PageForm, WholeNumberField
from marketplace.web.icons import icon

MOST_PEOPLE = 1_000


class TierForm(TierAudienceForm):
    """What a tier is called, how it looks, whom it is for and what opens it."""

    name = StringField(
        "Name",
        description="One word, as it stands on the ribbon: Summit.",
        validators=[
            Filled("Enter a name, for example Summit."),
            Line(40),
        ],
    )
    note = StringField(
        "What it stands for",
        description="One sentence: what kind of rewards are here, and for what.",
        validators=[Line(200)],
    )
    hue = WholeNumberField(
        "Color, from 0 to 359",
        low=0,
        high=359,
        description="0 is red, 60 yellow, 120 green, 240 blue, 300 purple.",
        validators=[Filled("Enter a number from 0 to 359, for example 245.")],
    )
    icon = StringField(
        "Icon",
        description="Any name of the Lucide icons: mountain, plane, trophy.",
        validators=[Filled("Enter the name of an icon, for example mountain."), Line(40)],
    )

    def validate_icon(self, field: StringField) -> None:
        """An icon there is."""
        try:
            icon((field.data or "").strip())
        except (IconDoesNotExist, OSError, ValueError) as unknown:
            raise ValidationError(
                f"There is no Lucide icon “{field.data}”. Use a name such as mountain, plane "
                "or trophy."
            ) from unknown


class NewTierForm(Addressed, TierForm):
    """A tier to add, with its address."""

    thing = "tier"


class InviteForm(PageForm):
    """People to invite, one a line."""

    people = TextAreaField(
        "People",
        description=f"One a line: e-mail, employee number or full name. At most {MOST_PEOPLE:,}.",
        validators=[
            Filled("Enter at least one e-mail, employee number or name."),
            Lines(100_000, too_long="Enter fewer people at once."),
        ],
    )
    reason = StringField(
        "Why",
        description="The people invited read it in their letter.",
        validators=[
            Filled("Say why, for example: For the launch in spring."),
            Line(200),
        ],
    )

    def validate_people(self, _field: TextAreaField) -> None:
        """Not more than can be looked over."""
        if len(self.lines) > MOST_PEOPLE:
            raise ValidationError(
                f"These are {len(self.lines):,} lines. Enter at most {MOST_PEOPLE:,} at once."
            )

    @property
    def lines(self) -> list[str]:
        """What was entered, each line once."""
        entered = (" ".join(line.split()) for line in (self.people.data or "").splitlines())
        return list(dict.fromkeys(line for line in entered if line))
