"""What the buttons of lines send: syntax only."""

from wtforms import SelectField
from wtforms.validators import Optional

from catalog.trips.terms import parties
from marketplace.web.forms import PageForm, WholeNumberField, choices


class JoinForm(PageForm):
    """Which variant somebody waits for, and for how many places of a departure."""

    variant = WholeNumberField("Choice", low=1)
    places = WholeNumberField("Who goes", low=1, validators=[Optional()])


class PartyForm(PageForm):
    """For how many places of a departure somebody waits from now on."""

    places = SelectField("Who goes")

    def __init__(self, most: int, units: int) -> None:
        super().__init__(data={"places": str(units)})
        self.places.choices = choices((str(n), who) for n, who in parties(max(most, units)))

    @property
    def units(self) -> int:
        """The places in it."""
        return int(self.places.data)  # one of the choices
