"""What is kept about a traveler, in clear: a value that never shows itself by accident."""

from collections.abc import Iterator, Mapping
from datetime import date

from redemption.travel.vault.states import VaultField


class TravelDocuments(Mapping[VaultField, str]):
    """Values by field, as text; what is not kept, or was not asked for, is not in it.

    Printed, logged or in a traceback it says only which fields it has.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[VaultField, str]) -> None:
        self._values = {field: values[field] for field in VaultField if field in values}

    def __getitem__(self, field: VaultField) -> str:
        return self._values[field]

    def __iter__(self) -> Iterator[VaultField]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<TravelDocuments: {', '.join(self._values) or 'empty'}>"

    def day(self, field: VaultField) -> date | None:
        """A date of it; none where there is none."""
        text = self._values.get(field)
        return date.fromisoformat(text) if text else None
