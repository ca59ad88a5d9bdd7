"""Forms of payments: syntax only."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from marketplace.payments.states import Card
from marketplace.web.forms import PageForm, choices

CARDS = {
    Card.PAYS: "A card that pays",
    Card.DECLINED: "A card that is declined",
    Card.LEAVES: "No card: leave the page open",
}


class CardForm(PageForm):
    """Which card to try with."""

    card = RadioField(
        "Which card do you try with?",
        choices=choices((card.value, words) for card, words in CARDS.items()),
        default=Card.PAYS.value,
        validators=[InputRequired("Choose one of the cards.")],
    )
