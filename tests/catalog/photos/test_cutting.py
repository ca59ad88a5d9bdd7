"""What may be a photo of a reward, and what its files hold: pixels and nothing else."""

import io
import random
import re
import struct
from itertools import product

import pytest
from PIL import Image

from catalog.photos import cutting
from catalog.photos.cutting import WIDTHS, CutPhoto, cut_photo, most_bytes
from marketplace.kernel import settings
from marketplace.kernel.errors import BadInput
from marketplace.kernel.pictures import PICTURE_FORMATS
from marketplace.kernel.settings import Settings
from tests.support.pictures import (
    SCRIPT,
    SECRET,
    an_archive,
    bomb,
    encoded,
    endless_passes,
    photo,
    picture,
    scenery,
    with_a_secret,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def usual_settings(monkeypatch):
    monkeypatch.setattr(settings, "_current", Settings())


def bytes_after_the_end(content: bytes) -> int:
    """How much follows the place where the format itself says that the file ends."""
    if content.startswith(b"RIFF"):
        return len(content) - 8 - struct.unpack("<I", content[4:8])[0]
    return len(content) - content.rindex(b"\xff\xd9") - 2


def parts_of(content: bytes) -> set[str]:
    """The names of the chunks of a WebP, of the markers of a JPEG that stand before its pixels."""
    if content.startswith(b"RIFF"):
        return {content[12:16].decode()}
    found, place = set(), 2
    while content[place + 1] != 0xDA:
        found.add(f"{content[place + 1]:02x}")
        place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    return found


PIXELS_ONLY = {"VP8 ", "e0", "db", "c2", "c4"}  # JFIF, tables, the frame: no APP1, no comment


def assert_bare(cut: CutPhoto) -> None:
    for file in cut.cuts:
        opened = Image.open(io.BytesIO(file.content))
        assert (opened.mode, dict(opened.getexif())) == ("RGB", {})
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened.info)
        assert bytes_after_the_end(file.content) == 0
        assert parts_of(file.content) <= PIXELS_ONLY
        assert getattr(opened, "n_frames", 1) == 1


def test_three_widths_as_webp_and_the_widest_as_jpeg():
    cut = cut_photo("hills.jpg", photo(size=(2_000, 1_250)))
    names = [file.name for file in cut.cuts]
    assert names == ["320.webp", "640.webp", "1280.webp", "1280.jpg"]
    assert (cut.width, cut.height, cut.widths) == (1_280, 800, WIDTHS)
    for file in cut.cuts:
        opened = Image.open(io.BytesIO(file.content))
        assert opened.size == (int(file.name.partition(".")[0]), opened.width * 5 // 8)
        assert f"image/{(opened.format or '').lower()}" == file.media_type


def test_a_narrow_photo_is_never_blown_up():
    cut = cut_photo("hills.jpg", photo(size=(500, 400)))
    assert [file.name for file in cut.cuts] == ["320.webp", "500.webp", "500.jpg"]


def test_its_main_color_stands_where_the_photo_will():
    color = cut_photo("hills.jpg", photo()).color
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    assert red > 150 > 90 > max(green, blue)


def test_the_same_photo_has_the_same_digest_and_another_one_another():
    one, again, other = (
        cut_photo("a", content) for content in (photo(), photo(), photo(size=(1_600, 990)))
    )
    assert one.digest == again.digest != other.digest


def test_holes_become_white_so_that_light_and_dark_pages_show_the_same():
    drawn = Image.new("RGBA", (640, 400), (0, 0, 0, 0))
    cut = cut_photo("cup.png", encoded(drawn, "PNG"))
    shown = Image.open(io.BytesIO(cut.cuts[0].content)).getpixel((5, 5))
    assert min(shown) > 250


@pytest.mark.parametrize("kind", PICTURE_FORMATS)
def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright(kind):
    sent = with_a_secret(kind)
    cut = cut_photo("IMG_0001", sent)
    assert SECRET in sent
    assert (cut.width, cut.height) == (1_000, 1_600)
    assert all(SECRET not in file.content for file in cut.cuts)
    assert_bare(cut)


@pytest.mark.parametrize(
    ("kind", "tail"),
    list(product(PICTURE_FORMATS, (an_archive(), SCRIPT, b"%PDF-1.7\n", bytes(range(256)) * 20))),
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_second_file_behind_the_picture_does_not_come_along(kind, tail):
    cut = cut_photo("a.zip", photo(kind) + tail)
    assert_bare(cut)
    assert all(tail[:40] not in file.content for file in cut.cuts)


def test_a_page_in_a_comment_does_not_come_along():
    sent = photo("JPEG", comment=SCRIPT)
    assert SCRIPT in sent
    assert_bare(cut_photo("a.html", sent))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_changed_in_a_photo_it_is_refused_or_comes_out_bare(seed):
    """Two hundred bytes anywhere become others: no crash, and never more than pixels."""
    dice = random.Random(seed)
    kind = PICTURE_FORMATS[seed % len(PICTURE_FORMATS)]
    sent = bytearray(with_a_secret(kind))
    first = seed * 50  # spares more and more of the header, so that some are read
    for _ in range(200):
        sent[dice.randrange(first, len(sent))] = dice.randrange(256)
    try:
        cut = cut_photo("odd", bytes(sent))
    except BadInput as refusal:
        said = refusal.message
    else:
        assert_bare(cut)
        said = "“odd” is fine."
    assert said.startswith("“odd” ")


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_what_moves_one_still_picture_is_left(kind):
    moving = encoded(scenery(), kind, save_all=True, append_images=[scenery("L").convert("RGB")])
    assert_bare(cut_photo("moving", moving))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.jpg", b"", "“nothing.jpg” is empty"),
        ("logo.svg", SVG, "can't be read. Send JPEG, PNG, WebP or AVIF, up to 10 MB"),
        ("logo.jpg", SVG, "can't be read"),
        ("moving.gif", picture("GIF", (400, 300)), "can't be read"),
        ("page.png", b"<!doctype html>" + SCRIPT, "can't be read"),
        ("archive.webp", an_archive(), "can't be read"),
        ("before.jpg", SCRIPT + photo(), "can't be read"),
        ("torn.jpg", photo()[:3_000], "can't be read"),
        ("bomb.png", bomb(50_000, 50_000), "has 2,500 million pixels, more than 40 million"),
        ("wide.png", bomb(8_000, 6_000), "has 48 million pixels"),
        ("passes.jpg", endless_passes(), "passes, more than 200"),
        ("dot.png", picture("PNG", (1, 1)), "is 1 by 1 pixels. Send a photo of at least 320 by"),
        ("low.png", picture("PNG", (900, 150)), "is 900 by 150 pixels"),
        ("rope.png", picture("PNG", (2_000, 300)), "no side is more than 4 times the other"),
    ],
)
def test_what_is_no_photo_is_refused_with_the_fact_and_what_to_do(name, content, said):
    with pytest.raises(BadInput, match=re.escape(said)):
        cut_photo(name, content)


def test_a_file_beyond_the_setting_is_refused(monkeypatch):
    monkeypatch.setattr(cutting, "most_bytes", lambda: 1024 * 1024)
    with pytest.raises(BadInput, match="larger than 1 MB"):
        cut_photo("big.jpg", photo() + b"\0" * 1024 * 1024)
    assert most_bytes() == 10 * 1024 * 1024
