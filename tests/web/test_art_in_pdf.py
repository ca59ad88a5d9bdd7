"""Vouchers and certificates carry the same art, so WeasyPrint must paint it."""

import io
import logging

import pypdfium2
import pytest
from weasyprint import HTML

from tests.support.contact_sheet import Sample, samples

ONE_OF_EACH = list(
    {(sample.kind, sample.options.get("scene")): sample for sample in samples()}.values()
)


def rendered(sample: Sample):
    svg = sample.svg().replace("<svg ", '<svg width="400" height="250" ', 1)
    style = "<style>@page{size:400px 250px;margin:0}body{margin:0}svg{display:block}</style>"
    pdf = HTML(string=f"<html lang=en><title>Art</title>{style}{svg}").write_pdf()
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        assert len(document) == 1
        return document[0].render(scale=0.5).to_pil().convert("RGB")
    finally:
        document.close()


@pytest.mark.parametrize("sample", ONE_OF_EACH, ids=lambda sample: sample.label)
def test_art_is_painted_in_a_pdf_without_a_warning(sample: Sample, caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        picture = rendered(sample)
    assert not caplog.records
    colors = picture.getcolors(maxcolors=100_000) or []
    assert len(colors) > 40, "the page looks empty"
    corner = picture.getpixel((3, 3))
    if sample.kind == "scene":
        assert corner != (255, 255, 255)
