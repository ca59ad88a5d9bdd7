"""Filters of the shelf that somebody gave a name."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole

MOST_VIEWS = 20


def _one_for_everyone(column: str) -> sa.Index:
    company: dict[str, Any] = {
        f"{engine}_where": sa.text("employee_id IS NULL") for engine in ("sqlite", "postgresql")
    }
    return sa.Index(f"uq_saved_views_company_{column}", column, unique=True, **company)


class SavedView(Model):
    """A name for a query string of `/rewards`; without an employee it is a company view.

    `name_key` is the name as compared. A person has at most as many views as there are places, and
    so has the company: the keys see to it, whoever saves at the same time.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        sa.CheckConstraint("name <> '' AND query <> ''", name="named"),
        *whole("place", 1, MOST_VIEWS),
        sa.UniqueConstraint("employee_id", "place"),
        sa.UniqueConstraint("employee_id", "name_key"),
        sa.UniqueConstraint("employee_id", "query"),
        _one_for_everyone("place"),
        _one_for_everyone("name_key"),
        _one_for_everyone("query"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    place: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str]
    query: Mapped[str]
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    saved_at: Mapped[datetime]
