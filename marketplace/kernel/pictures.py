"""Pictures from outside: the only door to decoding them. What comes in leaves as bare pixels.

A file is judged by its content, never by its name. How large a picture is stands in its header and
is checked before anything is unpacked. Nothing but pixels goes on from here: no place, no camera,
no profile, no second file behind the end.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageCms, ImageFile, ImageOps

from marketplace.kernel.errors import BadInput

MEGABYTE = 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_ACROSS = 20_000
MOST_PASSES = 200
MOST_SWEPT = 20 * MOST_PIXELS
"""So many pixels all passes of a JPEG may go over together: a few seconds of drawing."""
LARGEST_PROFILE = 512 * 1024
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")

# A small file may unpack to hundreds of megabytes, and a process has many threads.
_ONE_AT_A_TIME = Lock()
_NEXT_PASS = b"\xff\xda"
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a place takes: its formats, the most bytes of a file, the longest side that is kept.

    `words` says so to people: JPEG or PNG, up to 8 MB.
    """

    words: str
    formats: tuple[str, ...]
    most_bytes: int
    longest_side: int


def digest_of(*contents: bytes) -> str:
    """What names content by itself: the SHA-256 of all of it."""
    whole = hashlib.sha256()
    for content in contents:
        whole.update(content)
    return whole.hexdigest()


def short(name: str) -> str:
    """A name of a file as messages show it."""
    return name[-60:] or "The file"


def refuse_size(name: str, content: bytes, most_bytes: int) -> None:
    """Raises BadInput for a file that is empty or larger than `most_bytes`."""
    if not content:
        raise BadInput(f"“{short(name)}” is empty. Choose a file with something in it.")
    if len(content) > most_bytes:
        most = most_bytes // MEGABYTE
        raise BadInput(f"“{short(name)}” is larger than {most} MB. Send a smaller picture or scan.")


def bare_picture(name: str, content: bytes, taken: Taken) -> Image.Image:
    """The first frame as RGB or RGBA in sRGB, the right way up, and nothing else.

    Raises BadInput that names the file and the limit.
    """
    refuse_size(name, content, taken.most_bytes)
    passes = _refuse_endless_passes(name, content)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on, for whoever reads pictures
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(content), formats=taken.formats) as opened:
            _refuse_huge(name, opened.width, opened.height)
            _refuse_long_drawing(name, passes, opened.width * opened.height)
            return _bare(opened, taken.longest_side)
    except BadInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        pixels = re.search(r"\d+", str(bomb))
        raise _too_many(name, int(pixels[0]) if pixels else MOST_PIXELS + 1) from bomb
    except Exception as error:  # Pillow raises many kinds for what is no picture
        raise BadInput(f"“{short(name)}” can't be read. Send {taken.words}") from error


def _refuse_endless_passes(name: str, content: bytes) -> int:
    """How many passes a JPEG takes: each goes over the whole, and an empty one is a few bytes."""
    passes = content.count(_NEXT_PASS) if content.startswith(b"\xff\xd8") else 0
    if passes > MOST_PASSES:
        raise BadInput(
            f"“{short(name)}” is drawn in {passes:,} passes, more than {MOST_PASSES}. "
            "Save it again and send it anew."
        )
    return passes


def _refuse_long_drawing(name: str, passes: int, pixels: int) -> None:
    """Pictures are drawn one at a time, so one that takes half a minute would keep all others."""
    if passes * pixels > MOST_SWEPT:
        raise BadInput(
            f"“{short(name)}” is drawn in {passes:,} passes over {pixels // 1_000_000:,} million "
            "pixels, which takes too long. Save it again and send it anew."
        )


def _refuse_huge(name: str, width: int, height: int) -> None:
    """The header says the size, so a bomb is refused before it is unpacked."""
    if max(width, height) > MOST_ACROSS:
        raise BadInput(
            f"“{short(name)}” is {width:,} by {height:,} pixels. Send a picture of at most "
            f"{MOST_ACROSS:,} a side."
        )
    if width * height > MOST_PIXELS:
        raise _too_many(name, width * height)


def _too_many(name: str, pixels: int) -> BadInput:
    return BadInput(
        f"“{short(name)}” has {pixels // 1_000_000:,} million pixels, more than "
        f"{MOST_PIXELS // 1_000_000} million. Send a smaller picture."
    )


def _bare(opened: Image.Image, longest: int) -> Image.Image:
    profile = opened.info.get("icc_profile")
    opened.draft("RGB", (longest, longest))
    plain = _smooth(opened)
    plain.thumbnail((longest, longest))  # early, so that few copies are large
    upright = ImageOps.exif_transpose(plain)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    drawn = upright.convert("RGBA") if has_alpha else _in_srgb(upright, profile)
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    return bare


def _smooth(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller smoothly, with eight bits a channel."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"1", "P", "PA"}:
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colors as they were meant, since the profile that explains them does not stay."""
    if not profile or len(profile) > LARGEST_PROFILE or image.mode not in {"RGB", "CMYK"}:
        return image.convert("RGB")
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(image, meant, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB")
    return shown or image.convert("RGB")
