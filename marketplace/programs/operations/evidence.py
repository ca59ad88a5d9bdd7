"""Keeping evidence beside what it proves."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.evidence import CleanFile
from marketplace.programs.models import EvidenceFile


def keep_evidence(
    subject: str, files: Sequence[CleanFile], *, employee_id: int, at: datetime
) -> None:
    """Keep files as evidence for `subject` (`claim:C-7K2M9QF`); they never change again."""
    for file in files:
        session().execute(
            sa.insert(EvidenceFile).values(
                subject=subject,
                employee_id=employee_id,
                name=file.name,
                media_type=file.media_type,
                sha256=file.sha256,
                size=len(file.content),
                content=file.content,
                added_at=at,
            )
        )
