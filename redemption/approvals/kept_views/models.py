"""What somebody looks at in their inbox again and again, under a name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole

MOST_VIEWS = 12


class KeptView(Model):
    """A name for a query string of `/approvals`, of one person.

    `name_key` is the name as compared. Nobody has more views than there are places: the keys see to
    it, whoever saves at the same time.
    """

    __tablename__ = "approval_views"
    __table_args__ = (
        sa.CheckConstraint("name <> '' AND query <> ''", name="named"),
        *whole("place", 1, MOST_VIEWS),
        sa.UniqueConstraint("employee_id", "place"),
        sa.UniqueConstraint("employee_id", "name_key"),
        sa.UniqueConstraint("employee_id", "query"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    place: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str]
    query: Mapped[str]
    saved_at: Mapped[datetime]
