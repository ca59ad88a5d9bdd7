"""The ways of ordering that Laurel knows, by the name an account has for them."""

from redemption.ordering.adapter import OrderingAdapter
from redemption.ordering.adapters.tango import TangoOrders

ADAPTERS: dict[str, OrderingAdapter] = {"tango": TangoOrders()}
