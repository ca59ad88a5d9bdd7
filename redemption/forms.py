"""What the check page and the page of a request take in: syntax only."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from wtforms import DateField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, StopValidation

from catalog.details import Detail, DetailKind, bounds_of, problem_with
from catalog.offers import Offer
from catalog.packages.queries import asks_for_dates
from marketplace.web.filters import day
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField, choices
from redemption.gifts.policies import LONGEST_MESSAGE
from redemption.journeys.forms import WishFields
from redemption.policies import DELIVERED, Address, GiftTo, Order

DETAIL = "detail_"


def _on_label(label: str, missing: str) -> StringField:
    return StringField(label, validators=[Filled(missing), Line(120)])


class CheckForm(PageForm):
    """The check page: which variant, over what amount, at the price that was shown."""

    variant = WholeNumberField("Choice", low=1)
    amount = HiddenField("Amount")
    places = WholeNumberField("Places", low=1, validators=[Optional()])
    expected_points = WholeNumberField("Price", low=1)
    seen_details = HiddenField("What was asked")
    seen_promise = HiddenField("What was shown")
    seen_before = HiddenField("What was asked for before")

    def order(self, offer: Offer) -> Order:
        """The order in it. Raises BadAmount for an amount there is not."""
        text = (self.amount.data or "").strip()
        return Order(
            variant_id=offer.variant_id,
            expected_points=self.expected_points.data or 0,
            quantity=(self.places.data or 1) if offer.departure else 1,
            address=self.address(),
            gift=self.given(),
            amount_minor=offer.amounts.read(text) if offer.amounts else None,
            details=self.answers(),
            seen_details=self.seen_details.data or "",
            seen_promise=self.seen_promise.data or "",
            seen_before=self.seen_before.data,
        )

    def address(self) -> Address | None:
        """Where a parcel goes; nothing else goes anywhere."""
        return None

    def given(self) -> GiftTo | None:
        """To whom it is given; by default it is for oneself."""
        return None

    def detail_fields(self) -> list[Field]:
        """The fields of the details that a reward asks for."""
        return [field for field in self if field.name.startswith(DETAIL)]

    def answers(self) -> dict[str, str]:
        """What was entered for each detail, by its name."""
        return {f.name.removeprefix(DETAIL): _typed(f) for f in self.detail_fields()}


class AddressFields:
    """The fields of where a parcel goes."""

    recipient = _on_label("Name on the parcel", "Enter a name.")
    street = _on_label("Street and number", "Enter the street and number.")
    postal_code = _on_label("Postal code", "Enter the postal code.")
    city = _on_label("Town or city", "Enter the town or city.")
    country = _on_label("Country", "Enter the country.")

    def entered_address(self) -> Address:
        """The address in them."""
        return Address(
            recipient=(self.recipient.data or "").strip(),
            street=(self.street.data or "").strip(),
            postal_code=(self.postal_code.data or "").strip(),
            city=(self.city.data or "").strip(),
            country=(self.country.data or "").strip(),
        )

    def fill_in(self, address: Address) -> None:
        """Put an address into them, for somebody to change."""
        for name, said in asdict(address).items():
            getattr(self, name).data = said


class ParcelForm(AddressFields, CheckForm):
    """The check page of what is sent to somebody."""

    def address(self) -> Address:
        """The address in it."""
        return self.entered_address()


class GiftForm(CheckForm):
    """The check page of what is given to a colleague: to whom, with a few words.

    A name leads to the colleagues it may mean; one of them is chosen and sent with the rest.
    """

    gift = HiddenField("A gift", default="1")
    gift_to = StringField(
        "Name or e-mail of your colleague",
        validators=[Filled("Enter a name or an e-mail address."), Line(120)],
    )
    recipient_id = WholeNumberField("Whom you mean", low=1)
    message = TextAreaField(
        "A few words",
        description=f"Only your colleague reads them. Up to {LONGEST_MESSAGE} characters.",
        validators=[Lines(LONGEST_MESSAGE)],
    )

    def given(self) -> GiftTo | None:
        """To whom it goes, once that is chosen."""
        if self.recipient_id.data is None:
            return None
        return GiftTo(self.recipient_id.data, (self.message.data or "").strip())


class WishForm(WishFields, CheckForm):
    """The check page of a package: which dates, how many nights and travelers, who stands in."""


def check_form(offer: Offer, *, is_gift: bool, today: date) -> CheckForm:
    """The form of the check page, with a field for each detail that the reward asks for."""
    base = _base_of(offer, is_gift=is_gift)
    if not offer.details:
        return base()
    fields = {DETAIL + one.name: _field_for(one, today) for one in offer.details}
    with_details = cast("type[CheckForm]", type("AskForm", (base,), fields))
    return with_details()


def _base_of(offer: Offer, *, is_gift: bool) -> type[CheckForm]:
    if asks_for_dates(offer):
        return WishForm
    if is_gift:
        return GiftForm
    return ParcelForm if offer.kind in DELIVERED else CheckForm


def _field_for(detail: Detail, today: date) -> Any:
    facts = {
        "label": detail.label,
        "description": _hint(detail, today),
        "validators": [_answered(detail, today)],
    }
    if detail.kind is DetailKind.CHOICE:
        pairs = [("", "Choose"), *((one, one) for one in detail.choices)]
        return SelectField(choices=choices(pairs), validate_choice=False, **facts)
    field = {DetailKind.LONG_TEXT: TextAreaField, DetailKind.DATE: DateField}.get(detail.kind)
    return (field or StringField)(**facts)


def _hint(detail: Detail, today: date) -> str:
    if detail.kind is DetailKind.DATE:
        first, last = bounds_of(detail, today)
        span = f"{day(first)} to {day(last)}." if last else f"From {day(first)} on."
        return f"{detail.help} {span}".strip()
    if detail.kind in {DetailKind.TEXT, DetailKind.LONG_TEXT}:
        return f"{detail.help} Up to {detail.most:,} characters.".strip()
    return detail.help


def _answered(detail: Detail, today: date) -> Callable[[object, Field], None]:
    def judge(_form: object, field: Field) -> None:
        problem = problem_with(detail, _typed(field), today=today)
        field.errors = []  # of its own: one rule speaks for page and operation
        raise StopValidation(problem) if problem else StopValidation

    return judge


def _typed(field: Field) -> str:
    """What was entered, whether it can be read or not."""
    return str(field.raw_data[0]).strip() if field.raw_data else ""


class AnswerForm(PageForm):
    """The answer to an approver's question."""

    text = TextAreaField(
        "Your answer",
        validators=[Filled("Write an answer."), Lines(1000)],
    )
