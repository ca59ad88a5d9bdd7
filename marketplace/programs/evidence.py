"""Evidence: what may be sent as proof, and what becomes of it before it is kept.

A picture is decoded and written anew, so that nothing hidden in it survives: no place, no camera,
no second file. A PDF is kept as it came and only ever handed out as a file to save.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageFile, ImageOps

from marketplace.kernel.errors import BadInput

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_ACROSS = 20_000
LONGEST_SIDE = 2_400
MOST_FILES = 3
MOST_BODY = MOST_FILES * MOST_BYTES + 1024 * 1024
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
WHAT_IS_TAKEN = f"JPEG, PNG, WebP or PDF, up to {MOST_BYTES // 1024 // 1024} MB each."

# A small file may unpack to hundreds of megabytes, and a process has many threads.
_ONE_AT_A_TIME = Lock()
_PICTURES = ("JPEG", "PNG", "WEBP")
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
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on a page."""
        return self.media_type.startswith("image/")


def clean_file(name: str, content: bytes) -> CleanFile:
    """Check a file and make it safe to keep. Raises BadInput that names the file and the limit."""
    shown = _short(name)
    if not content:
        raise BadInput(f"“{shown}” is empty. Choose a file with something in it.")
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise BadInput(f"“{shown}” is larger than {most} MB. Send a smaller picture or scan.")
    if content.startswith(_PDF_START):
        if _PDF_END not in content[-_END_WITHIN:]:
            raise BadInput(f"“{shown}” is a PDF without an end. Save it again and send it anew.")
        return CleanFile(_named(name, "pdf"), "application/pdf", content)
    return _picture(name, content)


def _picture(name: str, content: bytes) -> CleanFile:
    unreadable = BadInput(f"“{_short(name)}” can't be read. Send {WHAT_IS_TAKEN}")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on, for whoever reads pictures
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(content), formats=_PICTURES) as opened:
            _refuse_huge(name, opened.width, opened.height)
            return _written_anew(name, opened)
    except BadInput:
        raise
    except Exception as error:  # Pillow raises many kinds for what is no picture
        raise unreadable from error


def _refuse_huge(name: str, width: int, height: int) -> None:
    """The header says the size, so a bomb is refused before it is unpacked."""
    if max(width, height) > MOST_ACROSS:
        raise BadInput(
            f"“{_short(name)}” is {width:,} by {height:,} pixels. Send a picture of at most "
            f"{MOST_ACROSS:,} a side."
        )
    pixels = width * height
    if pixels > MOST_PIXELS:
        raise BadInput(
            f"“{_short(name)}” has {pixels // 1_000_000:,} million pixels, more than "
            f"{MOST_PIXELS // 1_000_000} million. Send a smaller picture."
        )


def _written_anew(name: str, opened: Image.Image) -> CleanFile:
    """The first frame the right way up, at most so large, and nothing else."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # first, so that few copies are large
    upright = ImageOps.exif_transpose(opened)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    drawn = upright.convert("RGBA" if has_alpha else "RGB")
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    out = io.BytesIO()
    if has_alpha:
        bare.save(out, "PNG")
        return CleanFile(_named(name, "png"), "image/png", out.getvalue())
    bare.save(out, "JPEG", quality=85, optimize=True)
    return CleanFile(_named(name, "jpg"), "image/jpeg", out.getvalue())


def _short(name: str) -> str:
    return name[-60:] or "The file"


def _named(name: str, ending: str) -> str:
    """A name that is safe in a header and says what the file is."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name.rpartition(".")[0] or name).strip("-")[:60]
    return f"{stem or 'evidence'}.{ending}"
