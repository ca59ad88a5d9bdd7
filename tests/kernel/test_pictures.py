"""Pictures from outside are decoded in one place, and only their pixels go on from there."""

import io
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Event

import pytest
from PIL import Image, ImageCms, ImageFile

from marketplace.kernel import pictures
from marketplace.kernel.errors import BadInput
from marketplace.kernel.pictures import MEGABYTE, PICTURE_FORMATS, Taken, bare_picture
from tests.support.pictures import (
    bomb,
    encoded,
    endless_passes,
    photo,
    picture,
    scenery,
    with_a_secret,
)

TAKEN = Taken("JPEG, PNG, WebP or AVIF.", PICTURE_FORMATS, MEGABYTE, 800)


def bare(content: bytes, name: str = "a.bin") -> Image.Image:
    return bare_picture(name, content, TAKEN)


def near(color: tuple[int, ...], wanted: tuple[int, ...], apart: int = 12) -> bool:
    return all(abs(one - other) <= apart for one, other in zip(color, wanted, strict=True))


@pytest.mark.parametrize("kind", PICTURE_FORMATS)
def test_only_pixels_are_left_the_right_way_up_whatever_the_name_says(kind):
    left = bare(with_a_secret(kind), "staff.csv")
    assert (left.size, left.info, left.getexif()) == ((500, 800), {}, {})


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("I;16", "PNG"),
        ("RGB", "AVIF"),
        ("RGB", "WEBP"),
    ],
)
def test_every_kind_of_color_becomes_plain_color(mode, kind):
    drawn = scenery("L").convert("I;16") if mode == "I;16" else scenery(mode)
    if mode == "I;16":
        drawn = drawn.point(lambda value: value * 256)
    left = bare(encoded(drawn, kind))
    assert left.mode == "RGB"
    if mode in {"RGB", "P"}:
        assert near(left.getpixel((10, 10)), (200, 40, 40))
    if mode in {"L", "I;16"}:
        assert near(left.getpixel((10, 10)), (88, 88, 88))


def test_holes_stay_holes():
    drawn = scenery("RGBA")
    drawn.putalpha(90)
    assert bare(encoded(drawn, "WEBP")).getpixel((9, 9))[3] == 90


def test_colors_are_shown_as_their_profile_meant_them():
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    assert near(bare(photo("PNG", icc_profile=plain)).getpixel((9, 9)), (200, 40, 40))
    red, _, blue = bare(photo("PNG", icc_profile=swapped)).getpixel((9, 9))
    assert blue > red + 100


def test_a_profile_of_another_kind_changes_nothing():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert near(bare(photo("JPEG", icc_profile=lab)).getpixel((9, 9)), (200, 40, 40))


@pytest.mark.parametrize("profile", [b"junk" * 50, b"x" * (pictures.LARGEST_PROFILE + 1)])
def test_a_profile_that_is_none_changes_nothing(profile):
    assert near(bare(photo("PNG", icc_profile=profile)).getpixel((10, 10)), (200, 40, 40))


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_what_moves_the_first_picture_is_taken(kind):
    frames = [scenery(), Image.new("RGB", (1600, 1000), "blue")]
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert near(bare(moving).getpixel((10, 10)), (200, 40, 40))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG" + b"0" * MEGABYTE, "larger than 1 MB"),
        (b"<html><script>", "can't be read. Send JPEG, PNG, WebP or AVIF."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be read"),
        (picture("GIF"), "can't be read"),
        (picture("TIFF"), "can't be read"),
        (picture()[:60], "can't be read"),
        (bomb(), "has 81 million pixels, more than 40 million"),
        (bomb(50_000, 50_000), "has 2,500 million pixels"),
        (bomb(12_000, 12_000), "has 144 million pixels"),
        (bomb(1, 39_000_000), "1 by 39,000,000 pixels"),
        (endless_passes(), r"5,0\d\d passes, more than 200"),
    ],
)
def test_what_is_no_harmless_picture_is_refused_with_the_fact(content, said):
    with pytest.raises(BadInput, match=said):
        bare(content)


def many_passes(passes: int, side: int) -> bytes:
    """A JPEG of some passes that says it is so large; an empty pass goes over all of it."""
    small = endless_passes(passes)
    size = small.index(b"\xff\xc2") + 5
    return small[:size] + struct.pack(">HH", side, side) + small[size + 4 :]


def test_a_large_picture_in_many_passes_is_refused_before_it_keeps_all_others_waiting(monkeypatch):
    drawn = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: drawn.append(image.size))
    with pytest.raises(BadInput, match="passes over 36 million pixels, which takes too long"):
        bare(many_passes(150, 6_000))
    assert drawn == []


def test_a_photo_in_as_many_passes_as_cameras_and_programs_write_is_taken():
    assert bare(many_passes(12, 2_000)).size == (800, 800)


@pytest.mark.parametrize(("width", "height"), [(9_000, 9_000), (50_000, 50_000)])
def test_a_bomb_is_refused_before_a_pixel_of_it_is_unpacked(width, height, monkeypatch):
    unpacked = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: unpacked.append(image.size))
    with pytest.raises(BadInput, match="million pixels"):
        bare(bomb(width, height))
    assert unpacked == []


def test_control_without_the_look_at_its_header_the_bomb_is_unpacked(monkeypatch):
    unpacked = []

    def note(image):
        unpacked.append(image.size)
        raise OSError

    monkeypatch.setattr(ImageFile.ImageFile, "load", note)
    monkeypatch.setattr(pictures, "_refuse_huge", lambda *_: None)
    with pytest.raises(BadInput, match="can't be read"):
        bare(bomb())
    assert unpacked == [(9_000, 9_000)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_torn_picture_is_refused_even_after_a_document_was_drawn(kind, monkeypatch):
    """WeasyPrint has Pillow fill up what is missing of a picture, wherever it is read."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture(kind, (600, 400))
    with pytest.raises(BadInput, match="can't be read"):
        bare(whole[: len(whole) * 4 // 5], f"torn.{kind.lower()}")


def _most_at_once(monkeypatch) -> int:
    """How many pictures two threads had unpacked at the same time."""
    unpacked, company = [], Event()

    def linger(_opened, _longest):
        unpacked.append(1)
        seen = len(unpacked)
        company.set() if seen > 1 else company.wait(0.3)
        unpacked.pop()
        return Image.new("RGB", (seen, 1))

    monkeypatch.setattr(pictures, "_bare", linger)
    with ThreadPoolExecutor(2) as threads:
        return max(threads.map(lambda _: bare(picture()).width, range(2)))


def test_pictures_are_unpacked_one_at_a_time_so_that_many_small_files_fill_no_memory(monkeypatch):
    assert _most_at_once(monkeypatch) == 1


def test_control_without_the_lock_two_are_unpacked_at_once(monkeypatch):
    monkeypatch.setattr(pictures, "_ONE_AT_A_TIME", nullcontext())
    assert _most_at_once(monkeypatch) == 2


def test_the_same_pixels_have_the_same_digest_and_others_another():
    one, other = io.BytesIO(b"ab"), io.BytesIO(b"ac")
    assert pictures.digest_of(b"a", b"b") == pictures.digest_of(one.read())
    assert pictures.digest_of(b"ab") != pictures.digest_of(other.read())


_IN_LITTLE_MEMORY = """
import resource, sys
from marketplace.kernel.pictures import MEGABYTE, PICTURE_FORMATS, Taken, bare_picture
content = sys.stdin.buffer.read()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]) * MEGABYTE,) * 2)
taken = Taken("PNG.", PICTURE_FORMATS, 10 * MEGABYTE, 2_560)
print(bare_picture("sky.png", content, taken).size)
"""


@pytest.mark.parametrize(("megabytes", "is_enough"), [(400, True), (60, False)])
def test_the_largest_picture_is_read_in_bounded_memory(megabytes, is_enough):
    """Forty million pixels; the control has too little memory, and the limit is felt."""
    content = encoded(Image.new("RGB", (8_000, 5_000), "navy"), "PNG", compress_level=1)
    command = [sys.executable, "-c", _IN_LITTLE_MEMORY, str(megabytes)]
    done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=60)
    assert (done.stdout == b"(2560, 1600)\n") is is_enough, done.stderr
