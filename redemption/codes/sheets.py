"""Codes in files that leave: the last four signs, never more."""

from marketplace.kernel.parsing import minor_text
from marketplace.kernel.tabular.writing import OutValue
from redemption.codes.queries.batches import ClaimRow, CodeRow

CODE_COLUMNS = (
    *("Ends in", "State", "Since, UTC", "Valid until", "Request", "File", "Supplier", "Reference"),
)
CLAIM_COLUMNS = (
    *("Ends in", "Supplier", "Reference", "File", "Loaded on", "Cost", "Currency"),
    *("Found on", "What is wrong"),
)


def code_cells(row: CodeRow) -> list[OutValue]:
    """One code as a row of a file."""
    return [
        *(row.last4, row.state.label, row.since, row.valid_until, row.request),
        *(row.file_name, row.supplier, row.reference),
    ]


def claim_cells(row: ClaimRow) -> list[OutValue]:
    """One code that does not work, as its supplier is told."""
    cost = None
    if row.unit_cost_minor is not None and row.cost_currency:
        cost = minor_text(row.unit_cost_minor, row.cost_currency)
    return [
        *(row.last4, row.supplier, row.reference, row.file_name, row.loaded_on, cost),
        *(row.cost_currency, row.found_on, row.reason),
    ]
