"""Rewards won for the tests: what a contest grants to one person."""

from marketplace.awards.entitlements.operations import NewEntitlement


def won(
    employee_id: int, *, line: int | None = None, variant_id: int | None = None
) -> NewEntitlement:
    """The prize of a race, or with `line` a number in the line for it."""
    return NewEntitlement(
        rule_version=1,
        employee_id=employee_id,
        subject=f"line:{line}" if line else "prize",
        variant_id=variant_id,
        place=1 + (line or 0),
        line=line,
        reason="Autumn race: 1st place",
        explanation={"event": "1st place", "formula": "It brings a trip", "rule": "The best win."},
    )
