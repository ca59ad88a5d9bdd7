"""Evidence: what may be sent as proof, and what becomes of it before it is kept.

A picture is decoded and written anew, so that nothing hidden in it survives: no place, no camera,
no second file. A PDF is kept as it came and only ever handed out as a file to save.
"""

import io
import re
from dataclasses import dataclass

from marketplace.kernel.errors import BadInput
from marketplace.kernel.pictures import MEGABYTE, Taken, bare_picture, digest_of, refuse_size, short

MOST_BYTES = 8 * MEGABYTE
LONGEST_SIDE = 2_400
MOST_FILES = 3
MOST_BODY = MOST_FILES * MOST_BYTES + MEGABYTE
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
WHAT_IS_TAKEN = f"JPEG, PNG, WebP or PDF, up to {MOST_BYTES // MEGABYTE} MB each."

_PICTURES = Taken(WHAT_IS_TAKEN, ("JPEG", "PNG", "WEBP"), MOST_BYTES, LONGEST_SIDE)
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
_END_WITHIN = 2_048


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it is kept: checked, without what was hidden in it."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of what is kept."""
        return digest_of(self.content)

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on a page."""
        return self.media_type.startswith("image/")


def clean_file(name: str, content: bytes) -> CleanFile:
    """Check a file and make it safe to keep. Raises BadInput that names the file and the limit."""
    refuse_size(name, content, MOST_BYTES)
    if not content.startswith(_PDF_START):
        return _picture(name, content)
    if _PDF_END not in content[-_END_WITHIN:]:
        raise BadInput(f"“{short(name)}” is a PDF without an end. Save it again and send it anew.")
    return CleanFile(_named(name, "pdf"), "application/pdf", content)


def _picture(name: str, content: bytes) -> CleanFile:
    bare, out = bare_picture(name, content, _PICTURES), io.BytesIO()
    if bare.mode == "RGBA":
        bare.save(out, "PNG")
        return CleanFile(_named(name, "png"), "image/png", out.getvalue())
    bare.save(out, "JPEG", quality=85, optimize=True)
    return CleanFile(_named(name, "jpg"), "image/jpeg", out.getvalue())


def _named(name: str, ending: str) -> str:
    """A name that is safe in a header and says what the file is."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name.rpartition(".")[0] or name).strip("-")[:60]
    return f"{stem or 'evidence'}.{ending}"
