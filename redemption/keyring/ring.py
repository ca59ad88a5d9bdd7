"""Keeping keys that sign: one does, and of those before it the private half is forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.secrets import open_sealed, seal
from redemption.keyring.states import KeyState


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one table.

    `named` is the column of their name; `about` and `subject` are what the audit calls them.
    """

    model: type[Any]
    named: str
    about: str
    subject: str

    def keep(self, name: str, public: Any, private: str, *, at: datetime) -> bool:
        """Let this key sign, unless another does already; whether it does now."""
        kept = session().scalar(
            insert_or_skip(self.model)
            .values(
                **{self.named: name},
                public=public,
                sealed=seal(private, self._sealed_for(name)),
                state=KeyState.ACTIVE,
                made_at=at,
            )
            .on_conflict_do_nothing()
            .returning(self.model.id)
        )
        if kept is not None:
            audit.record(None, f"{self.about}.key_made", f"{self.subject}:{kept}", at=at)
        return kept is not None

    def retire(self, *, at: datetime, leaked: bool = False) -> None:
        """Let the key in use sign no more and forget its private half.

        One that has `leaked` is not believed any more either.
        """
        state = KeyState.WITHDRAWN if leaked else KeyState.RETIRED
        ended = session().scalar(
            sa.update(self.model)
            .where(self.model.state == KeyState.ACTIVE)
            .values(state=state, sealed=None, retired_at=at)
            .returning(self.model.id),
            execution_options={"synchronize_session": False},
        )
        if ended is not None:
            audit.record(None, f"{self.about}.key_{state}", f"{self.subject}:{ended}", at=at)

    def opened(self) -> tuple[Any, str] | None:
        """The key in use and its private half; None before the first. Raises CannotOpen."""
        key = session().scalar(sa.select(self.model).where(self.model.state == KeyState.ACTIVE))
        if key is None or key.sealed is None:
            return None
        return key, open_sealed(key.sealed, self._sealed_for(getattr(key, self.named)))

    def _sealed_for(self, name: str) -> str:
        return f"{self.model.__tablename__}:sealed:{name}"
