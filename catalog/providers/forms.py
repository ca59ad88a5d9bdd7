"""Forms for providers: syntax only."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from catalog.providers.states import NewBrands
from catalog.providers.terms import Terms
from marketplace.web.forms import Filled, PageForm, WholeNumberField, choices


class TermsForm(PageForm):
    """How a provider's items are priced and shown."""

    country = SelectField(
        "Worth of points", description="The country whose worth of points turns money into points."
    )
    markup = WholeNumberField(
        "Markup in percent", high=1_000, validators=[Filled("Enter a percentage, or 0.")]
    )
    round_to = WholeNumberField(
        "Round prices up to whole",
        low=1,
        high=1_000_000,
        validators=[Filled("Enter the step in points, for example 50.")],
    )
    tier = SelectField("Tier", description="Where new rewards come in. You can move each later.")
    new_brands = RadioField(
        "New rewards", choices=choices((one.value, one.label) for one in NewBrands)
    )
    most_taken = WholeNumberField(
        "Ask before more than this share goes off sale",
        high=100,
        description="A sync that would take more away stops until somebody confirms it.",
        validators=[Filled("Enter a percentage from 0 to 100.")],
    )

    def __init__(
        self, tiers: list[tuple[str, str]], countries: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.tier.choices = choices(tiers)
        self.country.choices = choices(countries)

    @property
    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            tier_slug=self.tier.data,
            price_country=self.country.data,
            markup_percent=self.markup.data or 0,
            round_to=self.round_to.data or 1,
            new_brands=NewBrands(self.new_brands.data),
            most_taken_percent=self.most_taken.data or 0,
        )


class PublishForm(PageForm):
    """Which brands go on the shelf; any may be named: a second click names those published."""

    brands = SelectMultipleField(
        "Brands",
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[DataRequired("Choose at least one brand.")],
    )

    def __init__(self, brand_ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.brands.choices = choices((str(one), str(one)) for one in brand_ids)
