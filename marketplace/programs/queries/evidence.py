"""Evidence as pages list it, and one file of it. Who may see it, the kind decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.evidence import CleanFile
from marketplace.programs.models import EvidenceFile


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A file of evidence without its content. `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    added_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it."""
        return self.media_type.startswith("image/")

    @property
    def size_in_words(self) -> str:
        """The size as people read it."""
        return f"{max(self.size // 1024, 1):,} KB"


def evidence_of(subject: str) -> Sequence[EvidenceRow]:
    """The evidence for a subject, in the order it came."""
    rows = session().execute(
        sa.select(
            EvidenceFile.id,
            EvidenceFile.name,
            EvidenceFile.media_type,
            EvidenceFile.size,
            EvidenceFile.added_at,
        )
        .where(EvidenceFile.subject == subject)
        .order_by(EvidenceFile.id)
    )
    return [EvidenceRow(*row) for row in rows]


def evidence_file(subject: str, evidence_id: int) -> CleanFile:
    """One file of a subject. Raises NotFound for a file of something else."""
    row = session().execute(
        sa.select(EvidenceFile.name, EvidenceFile.media_type, EvidenceFile.content).where(
            EvidenceFile.subject == subject, EvidenceFile.id == evidence_id
        )
    )
    found = row.one_or_none()
    if found is None:
        raise NotFound("There is no such file here.")
    return CleanFile(*found)
