"""What every table of signing keys promises."""

import sqlalchemy as sa


def one_signs(table: str) -> tuple[sa.Index | sa.CheckConstraint, ...]:
    """Walls of a table of keys: one is active, it alone has its private half, others an end."""
    is_active = sa.text("state = 'active'")
    return (
        sa.Index(
            f"uq_{table}_active",
            "state",
            unique=True,
            sqlite_where=is_active,
            postgresql_where=is_active,
        ),
        sa.CheckConstraint(
            "(state = 'active') = (sealed IS NOT NULL)", name="only_the_active_signs"
        ),
        sa.CheckConstraint(
            "(state = 'active') = (retired_at IS NULL)", name="the_others_have_a_time"
        ),
    )
