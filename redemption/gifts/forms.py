"""What the page of a gift takes in: syntax only."""

from marketplace.web.forms import PageForm
from redemption.forms import AddressFields
from redemption.policies import Address


class TakeForm(PageForm):
    """Taking a gift."""

    def address(self) -> Address | None:
        """Where it goes; what is no parcel goes nowhere."""
        return None


class TakeParcelForm(AddressFields, TakeForm):
    """Taking what is sent: where it should go."""

    def address(self) -> Address:
        """The address in it."""
        return self.entered_address()
