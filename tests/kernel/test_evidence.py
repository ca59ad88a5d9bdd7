"""What may be sent as evidence, and what is left of it when it is kept."""

import io

import pytest
from PIL import Image

from marketplace.kernel.errors import BadInput
from marketplace.kernel.evidence import LONGEST_SIDE, MOST_BYTES, clean_file
from tests.support.pictures import SECRET, bomb, photo, picture, with_a_secret

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def test_a_photo_is_written_anew_without_its_camera_and_the_right_way_up():
    sent = with_a_secret("JPEG")
    kept = clean_file("IMG 1 (côte).jpeg", sent)
    assert (kept.name, kept.media_type) == ("IMG-1-c-te.jpg", "image/jpeg")
    assert SECRET in sent
    assert SECRET not in kept.content
    shown = Image.open(io.BytesIO(kept.content))
    assert (shown.size, dict(shown.getexif())) == ((1000, 1600), {})


def test_what_hides_behind_a_picture_is_gone():
    kept = clean_file("a.png", picture() + b"<script>alert(1)</script>")
    assert b"script" not in kept.content


def test_large_pictures_become_smaller_and_webp_becomes_jpeg():
    kept = clean_file("a.webp", picture("WEBP", (5_000, 100)))
    assert kept.media_type == "image/jpeg"
    assert max(Image.open(io.BytesIO(kept.content)).size) == LONGEST_SIDE


def test_a_picture_with_holes_stays_a_png():
    kept = clean_file("a.png", picture("PNG", transparency=(255, 255, 255)))
    assert kept.media_type == "image/png"
    assert Image.open(io.BytesIO(kept.content)).getpixel((5, 5)) == (255, 255, 255, 0)


def test_a_pdf_stays_as_it_is():
    assert clean_file("scan.PDF", PDF).content == PDF


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.png", b"", "is empty"),
        ("big.png", b"\x89PNG" + b"0" * MOST_BYTES, "larger than 8 MB"),
        ("page.html", b"<html><script>", "can't be read"),
        ("pixel.gif", picture("GIF"), "can't be read"),
        ("new.avif", photo("AVIF"), "can't be read. Send JPEG, PNG, WebP or PDF"),
        ("torn.png", picture()[:60], "can't be read"),
        ("torn.pdf", PDF[:20], "PDF without an end"),
        ("bomb.png", bomb(), "81 million pixels"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_other_files_are_refused_with_words_of_their_own(name, content, said):
    with pytest.raises(BadInput, match=said):
        clean_file(name, content)
