"""What may be a photo of a reward, and the files that are cut from it."""

import io
from dataclasses import dataclass

from PIL import Image

from marketplace.kernel.errors import BadInput
from marketplace.kernel.pictures import (
    MEGABYTE,
    PICTURE_FORMATS,
    Taken,
    bare_picture,
    digest_of,
    short,
)
from marketplace.kernel.settings import current

WIDTHS = (320, 640, 1280)
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"
LEAST_WIDTH, LEAST_HEIGHT = WIDTHS[0], 200
MOST_OBLONG = 4
LONGEST_SIDE = 2 * WIDTHS[-1]
WEBP_QUALITY, JPEG_QUALITY = 78, 82
DIGEST_LENGTH = 32
_SMALL = (48, 48)
_SHADES = 6


@dataclass(frozen=True, slots=True)
class Cut:
    """One file of a photo: `640.webp`, or `1280.jpg` for what reads no WebP."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CutPhoto:
    """A photo as it is kept: `width` by `height` pixels, its main color, and its files.

    `digest` names the pictures themselves: the same photo cut again has the same.
    """

    digest: str
    width: int
    height: int
    widths: tuple[int, ...]
    color: str
    cuts: tuple[Cut, ...]


def most_bytes() -> int:
    """How large a file may be that somebody sends."""
    return current().max_photo_mb * MEGABYTE


def what_is_taken() -> str:
    """The same for people, with the formats."""
    return f"JPEG, PNG, WebP or AVIF, up to {current().max_photo_mb} MB."


def cut_photo(name: str, content: bytes) -> CutPhoto:
    """The files of a photo, made from what was sent. Raises BadInput that names the limit."""
    taken = Taken(what_is_taken(), PICTURE_FORMATS, most_bytes(), LONGEST_SIDE)
    picture = _on_white(bare_picture(name, content, taken))
    _refuse_shape(name, *picture.size)
    widths = tuple(sorted({min(width, picture.width) for width in WIDTHS}))
    sized = [_sized(picture, width) for width in widths]
    cuts = [_webp(one) for one in sized] + [_jpeg(sized[-1])]
    return CutPhoto(
        digest=digest_of(*(cut.content for cut in cuts))[:DIGEST_LENGTH],
        width=sized[-1].width,
        height=sized[-1].height,
        widths=widths,
        color=_main_color(sized[0]),
        cuts=tuple(cuts),
    )


def _on_white(picture: Image.Image) -> Image.Image:
    """Without holes, so that a photo looks the same in light and dark."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _refuse_shape(name: str, width: int, height: int) -> None:
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise BadInput(
            f"“{short(name)}” is {width:,} by {height:,} pixels. Send a photo of at least "
            f"{LEAST_WIDTH} by {LEAST_HEIGHT}: a smaller one looks coarse on a card."
        )
    if max(width, height) > MOST_OBLONG * min(width, height):
        raise BadInput(
            f"“{short(name)}” is {width:,} by {height:,} pixels. Crop it first, so that no side is "
            f"more than {MOST_OBLONG} times the other."
        )


def _sized(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _webp(picture: Image.Image) -> Cut:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    return Cut(f"{picture.width}.webp", "image/webp", out.getvalue())


def _jpeg(picture: Image.Image) -> Cut:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return Cut(f"{picture.width}.jpg", "image/jpeg", out.getvalue())


def _main_color(picture: Image.Image) -> str:
    """The shade that covers most of it, as #rrggbb: what stands there while the photo loads."""
    few = picture.resize(_SMALL).quantize(_SHADES).convert("RGB")
    _, shade = max(few.getcolors(_SHADES) or [])
    return f"#{bytes(shade).hex()}"  # pyright: ignore[reportArgumentType]  red, green, blue
