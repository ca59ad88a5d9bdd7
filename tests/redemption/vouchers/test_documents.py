"""Vouchers and certificates as PDF: tagged, the same twice, quick, everything said."""

import io
import re
import time as stopwatch
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa

from catalog.models import Reward
from catalog.photos.operations import remove_photo
from marketplace.app import job_scope
from marketplace.kernel import clock, painting
from marketplace.kernel import documents as kernel_documents
from marketplace.kernel.db import session, transaction
from redemption.vouchers import documents, queries
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from tests.support.photos import give_photo_to
from tests.support.vouchers import rosa_of_the_canteen, use

# What is painted does not depend on the engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def voucher(app, held):
    """The voucher's bytes, and its code."""
    with job_scope(app):
        with transaction():
            codes = reveal_codes(held.maya, held.card, shown_as=ShownAs.PAGE, at=clock.now())
        issued = queries.issued_for(held.maya, held.card)
        yield lambda: documents.voucher_pdf(issued, codes), codes[0].code


@pytest.fixture
def certificate(app, held):
    with job_scope(app):
        issued = queries.issued_for(held.maya, held.paper)
        yield lambda: documents.certificate_pdf(issued), issued.certificates[0].number


def structure(element):
    """Every element of the tag tree."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def text_of(body: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(body))
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def assert_accessible(body: bytes, title: str):
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert title in str(pdf.docinfo["/Title"])
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "pdfuaid" in pdf.Root.Metadata.read_bytes().decode()
        tags = list(structure(pdf.Root.StructTreeRoot))
    names = [str(tag.S) for tag in tags]
    figures = [tag for tag in tags if tag.S == "/Figure"]
    assert figures
    assert all(str(figure.get("/Alt", "")).startswith("QR code: ") for figure in figures)
    assert names.count("/H1") == 1
    headings = [tag for tag in tags if re.fullmatch(r"/H\d", str(tag.S))]
    assert all("/K" in heading for heading in headings), "a heading says nothing"
    levels = [int(str(heading.S)[2]) for heading in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_voucher_is_accessible_and_says_everything(voucher):
    draw, code = voucher
    body = draw()
    assert_accessible(body, "Lumen Books gift card")
    text = text_of(body)
    for said in (code, "Lumen Books gift card", "Maya Chen", "$50", "23 Nov 2029", "How to use it"):
        assert said in text


def test_a_voucher_that_is_partly_used_says_what_was_left_on_the_day_it_was_drawn(app, held, time):
    with job_scope(app):
        with transaction():
            codes = reveal_codes(held.maya, held.card, shown_as=ShownAs.PAGE, at=clock.now())
        use(rosa_of_the_canteen(), codes[0].voucher_id, 1240)
        time.forward(days=2)
        issued = queries.issued_for(held.maya, held.card)
        text = " ".join(text_of(documents.voucher_pdf(issued, codes)).split())
    for said in (
        "Left on 25 Nov 2026",
        "$37.60",
        "As of 25 Nov 2026",
        "24 Nov 2029, 12:00 UTC",
        "no points come back",
    ):
        assert said in text
    for of_the_first_day in ("$50", issued.vouchers[0].number[:4]):
        assert of_the_first_day in text


def test_a_certificate_is_accessible_and_says_everything(certificate):
    draw, number = certificate
    body = draw()
    assert_accessible(body, "Certificate of thanks")
    text = text_of(body)
    grouped = "-".join((number[:4], number[4:8], number[8:]))
    for said in (grouped, "Maya Chen", "Omar Haddad", "Head of Marketing", "23 Nov 2026"):
        assert said in text


def test_the_same_document_is_the_same_bytes_and_one_page(voucher, certificate):
    for draw, _ in (voucher, certificate):
        body = draw()
        assert draw() == body
        with pikepdf.open(io.BytesIO(body)) as pdf:
            assert len(pdf.pages) == 1


@pytest.fixture
def drawn_here(monkeypatch):
    """Without the process that draws, so that its clock and its warnings are ours."""

    class Here:
        def ask(self, deed, **of):
            return painting.DEEDS[deed](**of)

    monkeypatch.setattr(kernel_documents, "painter", Here())


@pytest.mark.usefixtures("drawn_here")
def test_a_document_costs_about_a_second_of_one_core(voucher, certificate):
    for draw, _ in (voucher, certificate):
        draw()
        began = stopwatch.thread_time()
        draw()
        assert stopwatch.thread_time() - began < 2.5


@pytest.mark.usefixtures("drawn_here")
def test_a_document_is_painted_without_a_warning(voucher, certificate, caplog):
    for draw, _ in (voucher, certificate):
        draw()
    assert [r.message for r in caplog.records if r.name == "weasyprint"] == []


def fonts_of(body: bytes) -> set[str]:
    """The typefaces a document embeds."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        found = [page.Resources.Font.as_dict().values() for page in pdf.pages]
        return {str(font.BaseFont).partition("+")[2] for fonts in found for font in fonts}


def certificate_saying(held, **words: str) -> bytes:
    issued = queries.issued_for(held.maya, held.paper)
    said = tuple(replace(one, **words) for one in issued.certificates)
    return documents.certificate_pdf(replace(issued, certificates=said))


def test_a_name_is_in_one_typeface_whatever_letters_it_has(app, held):
    with job_scope(app):
        fonts = fonts_of(certificate_saying(held, name="Łucja Grzegorzewska-Dvořák"))
    assert "Fraunces-Extended-Semi-Bold" in fonts
    assert not {font for font in fonts if font.startswith("Figtree-Extended")}


def height_of(words: str, body: bytes) -> tuple[float, float]:
    """Where words stand on the first page: bottom and top, in points from its foot."""
    document = pypdfium2.PdfDocument(io.BytesIO(body))
    try:
        text = document[0].get_textpage()
        first, _ = text.search(words).get_next()
        _, bottom, _, top = text.get_charbox(first)
        return bottom, top
    finally:
        document.close()


def test_the_longest_words_on_a_certificate_end_above_the_signatures(app, held):
    with job_scope(app):
        body = certificate_saying(
            held,
            title="For the joint campaign of sales and marketing " * 2,
            name="Maximiliane Alexandra von Hohenfels-Grzegorzewska " * 2,
            reason="For turning a webinar into meetings with people who bought. " * 5 + "Thanks",
        )
    lowest, _ = height_of("Thanks", body)
    _, signatures = height_of("Omar Haddad", body)
    assert lowest > signatures


def painted(body: bytes) -> tuple[int, int, int]:
    """The color in the upper left of the band that stands at the top of a voucher."""
    document = pypdfium2.PdfDocument(io.BytesIO(body))
    try:
        page = document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()
    return page.getpixel((page.width // 4, page.height // 12))


def test_a_voucher_shows_the_photo_of_its_day_and_the_art_once_it_went(app, held, at):
    """The request was made before there was a photo, so its snapshot is given one here."""
    with job_scope(app):
        with transaction():
            codes = reveal_codes(held.maya, held.card, shown_as=ShownAs.PAGE, at=at)
        issued = queries.issued_for(held.maya, held.card)
        of_card = sa.select(Reward.id).where(Reward.slug == issued.facts["slug"])
        reward_id = session().scalars(of_card).one()
        session().close()
        give_photo_to(reward_id)
        photo = session().scalar(sa.select(Reward.photo).where(Reward.id == reward_id))
        with_photo = replace(issued, facts=issued.facts | {"photo": photo})
        red, green, _ = painted(documents.voucher_pdf(with_photo, codes))
        assert (red > 150, green < 90) == (True, True)
        drawn = documents.voucher_pdf(issued, codes)
        session().close()
        with transaction():
            remove_photo(held.maya, reward_id, at=at)
        assert documents.voucher_pdf(with_photo, codes) == drawn
