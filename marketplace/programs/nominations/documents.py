"""The certificate of a winner on paper: the nominator's words are what it is about."""

from flask import url_for

from marketplace.kernel import documents
from marketplace.kernel.codes import grouped
from marketplace.kernel.settings import current
from marketplace.programs.nominations.queries.results import CertificateSeen
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.web.paper import picture_data, qr


def certificate_url(number: str) -> str:
    """The address that checks a certificate, on the configured base address only."""
    path = url_for("vouchers.certificate", number=grouped(number))
    return current().base_url.rstrip("/") + path


def certificate_pdf(certificate: CertificateSeen, seen: Round) -> bytes:
    """One landscape page, tagged, the same bytes every time."""
    address, number = certificate_url(certificate.number), grouped(certificate.number)
    words = f"QR code: opens the check of certificate {number}"
    page = {
        "certificate": certificate,
        "number": number,
        "address": address.partition("://")[2],
        "qr": qr(address, words, level="m"),
        "signers": [signer.partition(", ")[::2] for signer in certificate.signers],
    }
    return documents.draw(
        "documents/nomination.html",
        title=f"Certificate: {certificate.title} for {certificate.name}",
        pages=[page],
        round_name=seen.name,
        frame=picture_data("guilloche", certificate.title, hue=current().brand_hue),
        medal=picture_data("badge", seen.slug),
        organization=current().organization,
    )
