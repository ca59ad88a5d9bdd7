"""PDFs fetch nothing but our own files, carry tags, and come out the same twice."""

import io

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from marketplace.kernel import documents, painting
from tests.support.drawn import draw_anew

PAGE = """<!doctype html><html lang="en"><head><title>Voucher</title>{head}</head>
<body><h1>Voucher</h1><p>For Maya</p>{body}</body></html>"""


@pytest.fixture(autouse=True)
def _each_time_anew(monkeypatch):
    draw_anew(monkeypatch)


@pytest.fixture
def draw(tmp_path):
    app = Flask(__name__, template_folder=str(tmp_path))

    def draw(head="", body=""):
        (tmp_path / "page.html").write_text(PAGE.format(head=head, body=body))
        with app.app_context():
            app.jinja_env.cache = None
            return documents.draw("page.html")

    return draw


def test_a_document_is_tagged_and_titled(draw, tmp_path):
    (tmp_path / "out.pdf").write_bytes(draw())
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.docinfo["/Title"] == "Voucher"


def test_the_same_document_is_the_same_bytes(draw):
    assert draw() == draw()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:9/secret",
        "laurel-static:///../pyproject.toml",
        "laurel-static:///%2e%2e/pyproject.toml",
    ],
)
def test_a_document_fetches_nothing_from_outside(draw, tmp_path, address):
    plain = len(draw())
    tried = draw(
        head=f'<link rel="attachment" href="{address}">', body=f'<img src="{address}" alt="x">'
    )
    (tmp_path / "out.pdf").write_bytes(tried)
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert not list(pdf.attachments)
    assert len(tried) < plain + 2_000


def test_our_own_files_are_found():
    assert painting.static_file("laurel-static:///css/print.css").name == "print.css"


def test_a_drawing_is_painted_in_the_size_asked_for_on_clear_ground():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
        '<circle cx="5" cy="5" r="4" fill="#c00000"/></svg>'
    )
    painted = documents.paint(drawing, 120)
    picture = Image.open(io.BytesIO(painted))
    assert (picture.size, picture.mode) == ((120, 120), "RGBA")
    assert picture.getpixel((60, 60)) == (192, 0, 0, 255)
    assert picture.getpixel((2, 2))[3] == 0
    assert documents.paint(drawing, 120) == painted


def test_a_drawing_fetches_nothing():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
        '<image href="file:///etc/hostname" width="10" height="10"/></svg>'
    )
    picture = Image.open(io.BytesIO(documents.paint(drawing, 20)))
    assert picture.getextrema()[3] == (0, 0)
