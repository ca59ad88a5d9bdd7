"""Forms of transfers: syntax only."""

from wtforms import SelectField, SelectMultipleField

from marketplace.web.forms import Filled, PageForm, choices


class GetOnForm(PageForm):
    """Which transfer the people of a flight ride."""

    item = SelectField("Transfer", validators=[Filled("Choose a transfer.")])

    def __init__(self, transfers: list[tuple[int, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.item.choices = choices((str(one), name) for one, name in transfers)


class GetOffForm(PageForm):
    """Who gets off."""

    people = SelectMultipleField("Who", validators=[Filled("Tick at least one person.")])

    def __init__(self, people: list[tuple[int, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.people.choices = choices((str(one), name) for one, name in people)
