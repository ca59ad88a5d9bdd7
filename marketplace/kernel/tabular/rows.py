"""One row of an import: its fields converted, or the reasons why not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.kernel.tabular.cells import Cell
from marketplace.kernel.tabular.converting import Value
from marketplace.kernel.tabular.problems import RowError


@dataclass(slots=True)
class Row:
    """One good row. `values` holds every field of the profile, `None` where nothing stood.

    `line` is where the row begins in the file. `is_current` is false for a superseded row of a
    people file, which carries only `identity` and `row_key`. `amount` of a result is exact and
    scaled; `amount_minor` is the same in minor units when the row has a currency. `warnings` are
    doubts that do not stop the row. `raw` are the cells as they stood.
    """

    line: int
    values: dict[str, Value]
    dimensions: dict[str, str | None]
    raw: list[Cell]
    is_current: bool = True
    amount_minor: int | None = None
    warnings: tuple[RowError, ...] = ()

    def text(self, field: str) -> str | None:
        """A text field, or nothing."""
        value = self.values.get(field)
        return None if value is None else str(value)

    def day(self, field: str) -> date | None:
        """A date field, or nothing."""
        value = self.values.get(field)
        return value if isinstance(value, date) else None

    @property
    def amount(self) -> Decimal:
        """The amount of a result, in whole units of its currency or unit."""
        value = self.values["amount"]
        if not isinstance(value, Decimal):
            raise TypeError("This row is no result; it has no amount.")
        return value
