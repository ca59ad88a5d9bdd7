"""The form of a value."""

from wtforms import SelectField, StringField, TextAreaField

from marketplace.web.forms import (
    Addressed,
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    address_field,
    choices,
)

ICONS = {
    "heart-handshake": "Hands and heart",
    "messages-square": "Speech bubbles",
    "lightbulb": "Light bulb",
    "compass": "Compass",
    "mountain": "Mountain",
    "sprout": "Sprout",
    "anchor": "Anchor",
    "puzzle": "Puzzle",
    "rocket": "Rocket",
    "shield-check": "Shield",
    "sparkles": "Sparkles",
    "sun": "Sun",
    "telescope": "Telescope",
    "users": "People",
    "waypoints": "Bridge",
    "wrench": "Wrench",
}
HUES = {
    8: "Rose",
    35: "Coral",
    60: "Marigold",
    150: "Leaf",
    168: "Evergreen",
    200: "Lagoon",
    222: "Sky",
    245: "Ocean",
    278: "Iris",
    300: "Violet",
    335: "Berry",
}


class ValueForm(PageForm):
    """How a value is called, what it means, and how it looks."""

    name = StringField(
        "Name",
        validators=[Filled("Enter a name of one to three words."), Line(40)],
    )
    sentence = TextAreaField(
        "In a sentence",
        description="What it looks like when somebody lives it.",
        validators=[Filled("Say in a sentence what it looks like."), Lines(160)],
    )
    icon = SelectField("Icon", choices=choices(ICONS.items()))
    hue = SelectField("Color", choices=choices([(str(hue), name) for hue, name in HUES.items()]))
    position = WholeNumberField(
        "Place in the list",
        low=0,
        high=10_000,
        description="The lowest stands first.",
        validators=[Filled("Enter a number, for example 10.")],
    )


class NewValueForm(Addressed, ValueForm):
    """The same with the short name its address has."""

    thing = "value"
    slug = address_field("Short name", "For its address: clear-words.")
