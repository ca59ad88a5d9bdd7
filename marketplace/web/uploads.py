"""Evidence in forms and answers: reading what was sent, and handing it out again."""

from typing import Any

from flask import Response
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import ValidationError

from marketplace.kernel.errors import BadInput
from marketplace.kernel.evidence import (
    ACCEPTED,
    MOST_BYTES,
    MOST_FILES,
    WHAT_IS_TAKEN,
    CleanFile,
    clean_file,
)

CHOOSE_AGAIN = "Choose your files again: a page can't keep them."


class EvidenceField(MultipleFileField):
    """Up to three files of evidence; `cleaned` holds them checked and written anew.

    `needed` is what to say when none was sent; empty: none has to be.
    """

    accept = ACCEPTED

    def __init__(self, label: str = "Evidence", *, needed: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("description", f"Up to {MOST_FILES} files. {WHAT_IS_TAKEN}")
        super().__init__(label, **kwargs)
        self.needed = needed
        self.cleaned: tuple[CleanFile, ...] = ()

    @property
    def digests(self) -> str:
        """What tells these files from others, for the request key."""
        return ",".join(file.sha256 for file in self.cleaned)

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Read and clean the files. Raises ValidationError with what is wrong with which."""
        sent = [file for file in self.data or () if isinstance(file, FileStorage) and file.filename]
        if self.needed and not sent:
            raise ValidationError(self.needed)
        if len(sent) > MOST_FILES:
            raise ValidationError(f"These are {len(sent)} files. Send at most {MOST_FILES}.")
        try:
            self.cleaned = tuple(
                clean_file(file.filename or "", file.stream.read(MOST_BYTES + 1)) for file in sent
            )
        except BadInput as refusal:
            raise ValidationError(refusal.message) from refusal


def hand_out(file: CleanFile) -> Response:
    """A file of evidence as something to save, which no browser may run."""
    return Response(
        file.content,
        mimetype=file.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
