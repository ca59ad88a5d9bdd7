"""What the pages of the basket take in: syntax only."""

import json
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from marketplace.kernel.errors import BadInput
from marketplace.web.forms import Filled, PageForm, WholeNumberField
from redemption.basket.queries import BasketLine
from redemption.basket.states import MOST_ITEMS, MOST_UNITS
from redemption.forms import AddressFields
from redemption.policies import Address, Order

_LARGEST = 2**53
_LONGEST = 300
_NUMBERS = ("item", "variant", "quantity", "points")


class PutInForm(PageForm):
    """Which variant, over what amount."""

    variant = WholeNumberField("Choice", low=1)
    amount = HiddenField("Amount")


class QuantityForm(PageForm):
    """How many of something; none takes it out."""

    quantity = WholeNumberField(
        "Quantity", low=0, high=MOST_UNITS, validators=[Filled("Enter how many.")]
    )


class BasketForm(PageForm):
    """The check page of a basket: the lines as they were shown."""

    shown = HiddenField("What was shown")

    def orders(self) -> list[Order]:
        """An order for each line that was shown. Raises BadInput for what no page of ours sends."""
        return [_order(line, self.address()) for line in _lines_in(self.shown.data or "")]

    def address(self) -> Address | None:
        """Where parcels go; without any nothing goes anywhere."""
        return None


class BasketParcelForm(AddressFields, BasketForm):
    """The same where something is sent to somebody."""

    def address(self) -> Address:
        """The address in it."""
        return self.entered_address()


def as_shown(lines: Sequence[BasketLine]) -> str:
    """What the page sends back of its lines, so that exactly that is asked for."""
    said = [
        {
            "item": line.item_id,
            "variant": line.variant_id,
            "amount": line.amount_minor,
            "quantity": line.quantity,
            "points": line.offer.points,
            "promise": line.offer.promise,
            "name": line.name,
        }
        for line in lines
        if line.offer
    ]
    return json.dumps(said, ensure_ascii=False)


def _lines_in(text: str) -> list[dict[str, Any]]:
    try:
        lines: Any = json.loads(text)
    except (ValueError, RecursionError):
        lines = None
    if (
        not isinstance(lines, list)
        or not 0 < len(lines) <= MOST_ITEMS
        or not all(_is_line(line) for line in lines)
    ):
        raise BadInput("Open your basket again and ask from there. Nothing has been spent.")
    return lines


def _is_line(line: object) -> bool:
    if not isinstance(line, dict):
        return False
    numbers = [line.get(name) for name in _NUMBERS]
    if line.get("amount") is not None:
        numbers.append(line["amount"])
    words = [line.get("promise"), line.get("name")]
    return all(type(one) is int and 0 < one < _LARGEST for one in numbers) and all(
        isinstance(one, str) and len(one) <= _LONGEST for one in words
    )


def _order(line: dict[str, Any], address: Address | None) -> Order:
    return Order(
        variant_id=line["variant"],
        expected_points=line["points"],
        quantity=line["quantity"],
        address=address,
        amount_minor=line["amount"],
        seen_promise=line["promise"],
        name=line["name"],
        basket_item_id=line["item"],
    )
