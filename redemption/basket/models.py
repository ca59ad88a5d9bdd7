"""What somebody put into their basket: nothing is set aside by that."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole
from redemption.basket.states import MOST_ITEMS, MOST_UNITS


class Basket(Model):
    """How many things a basket holds: the row that putting in, taking out and asking lock."""

    __tablename__ = "baskets"
    __table_args__ = (*whole("items", 0, MOST_ITEMS),)

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    items: Mapped[int] = mapped_column(default=0)


class BasketItem(Model):
    """One variant in a basket, over an amount where one enters it, as it was when it was put in.

    `name` is kept so that what is gone since can still be named.
    """

    __tablename__ = "basket_items"
    __table_args__ = (
        UniqueConstraint("employee_id", "variant_id", "amount_minor"),
        *whole("amount_minor", 0),
        *whole("quantity", 1, MOST_UNITS),
        *whole("seen_points", 1),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(default=0)  # none to enter: 0, so that rows compare
    quantity: Mapped[int]
    name: Mapped[str]
    seen_points: Mapped[int]  # for one
    seen_promise: Mapped[str]
    added_at: Mapped[datetime]
