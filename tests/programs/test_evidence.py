"""What may be sent as evidence, and what is left of it when it is kept."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Event

import pytest
from PIL import Image, ImageFile

from marketplace.kernel.errors import BadInput
from marketplace.programs import evidence
from marketplace.programs.evidence import LONGEST_SIDE, MOST_BYTES, clean_file
from tests.support.claims import picture

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def _with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6  # maker, and turned by a quarter
    return picture("JPEG", exif=exif)


def test_a_photo_is_written_anew_without_its_camera_and_the_right_way_up():
    kept = clean_file("IMG 1 (côte).jpeg", _with_a_place())
    assert (kept.name, kept.media_type) == ("IMG-1-c-te.jpg", "image/jpeg")
    assert b"SecretCamera" in _with_a_place()
    assert b"SecretCamera" not in kept.content
    shown = Image.open(io.BytesIO(kept.content))
    assert (shown.size, dict(shown.getexif())) == ((40, 60), {})


def test_what_hides_behind_a_picture_is_gone():
    kept = clean_file("a.png", picture() + b"<script>alert(1)</script>")
    assert b"script" not in kept.content


def test_large_pictures_become_smaller_and_webp_becomes_jpeg():
    kept = clean_file("a.webp", picture("WEBP", (5_000, 100)))
    assert kept.media_type == "image/jpeg"
    assert max(Image.open(io.BytesIO(kept.content)).size) == LONGEST_SIDE


def test_a_pdf_stays_as_it_is():
    assert clean_file("scan.PDF", PDF).content == PDF


def _bomb(width: int = 9_000, height: int = 9_000) -> bytes:
    """A PNG that says it has 81 million pixels and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.png", b"", "is empty"),
        ("big.png", b"\x89PNG" + b"0" * MOST_BYTES, "larger than 8 MB"),
        ("page.html", b"<html><script>", "can't be read"),
        ("pixel.gif", picture("GIF"), "can't be read"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be read"),
        ("torn.png", picture()[:60], "can't be read"),
        ("torn.pdf", PDF[:20], "PDF without an end"),
        ("bomb.png", _bomb(), "81 million pixels"),
        ("thread.png", _bomb(1, 39_000_000), "1 by 39,000,000 pixels"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_other_files_are_refused_with_words_of_their_own(name, content, said):
    with pytest.raises(BadInput, match=said):
        clean_file(name, content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_torn_picture_is_refused_even_after_a_document_was_drawn(kind, monkeypatch):
    """WeasyPrint has Pillow fill up what is missing of a picture, wherever it is read."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture(kind, (600, 400))
    with pytest.raises(BadInput, match="can't be read"):
        clean_file(f"torn.{kind.lower()}", whole[: len(whole) * 4 // 5])


def _most_at_once(monkeypatch) -> int:
    """How many pictures two threads had unpacked at the same time."""
    unpacked, company = [], Event()

    def linger(_name, _opened):
        unpacked.append(1)
        seen = len(unpacked)
        company.set() if seen > 1 else company.wait(0.3)
        unpacked.pop()
        return seen

    monkeypatch.setattr(evidence, "_written_anew", linger)
    with ThreadPoolExecutor(2) as threads:
        return max(threads.map(lambda number: clean_file(f"{number}.png", picture()), range(2)))


def test_pictures_are_unpacked_one_at_a_time_so_that_many_small_files_fill_no_memory(monkeypatch):
    assert _most_at_once(monkeypatch) == 1


def test_control_without_the_lock_two_are_unpacked_at_once(monkeypatch):
    monkeypatch.setattr(evidence, "_ONE_AT_A_TIME", nullcontext())
    assert _most_at_once(monkeypatch) == 2
