"""Vouchers and certificates on paper: drawn when asked for, the same bytes every time."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from catalog.photos.queries import widest_jpeg
from catalog.states import Kind
from marketplace.kernel import clock, documents
from marketplace.kernel.codes import grouped
from marketplace.kernel.settings import current
from marketplace.web.art import card_ink, stage_colors
from marketplace.web.paper import data_address, picture_data, qr
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.operations import ShownCode, badge_art
from redemption.vouchers.policies import ends_at
from redemption.vouchers.proofs.keeping import key_to_sign_with
from redemption.vouchers.proofs.signing import Facts, KeyInUse, proof
from redemption.vouchers.queries import Issued, OwnCertificate, OwnVoucher
from redemption.vouchers.validity.policies import UNUSED

HOW_TO_USE = {
    Kind.GIFT_CARD: (
        "Give the code at the till or enter it when you pay online.",
        "Whoever takes it can scan the square to see that it is valid.",
        "Keep the code to yourself: who has it can use it.",
    ),
    Kind.EXPERIENCE: (
        "Choose your day with the host and give them the code.",
        "Bring this page, on paper or on your phone.",
        "Keep the code to yourself: who has it can use it.",
    ),
}
RECEIVED_STEPS = (
    "Enter the code where you pay, or show it at the till.",
    "Keep the code to yourself: who has it can use it.",
)
TRIP_STEPS = (
    "Bring this page and a document with your name.",
    "Show it to your host or guide; they scan the square to see that it is valid.",
    "Dates clash after all? Cancel on the page of your request until the day named above.",
)


def verify_url(code: str) -> str:
    """The address that checks a voucher, on the configured base address only."""
    return current().base_url.rstrip("/") + url_for("vouchers.voucher", code=code)


def square(voucher: OwnVoucher, code: str, key: KeyInUse) -> Markup:
    """The QR code of a voucher: the address of its check, and behind it the proof it is genuine."""
    address, words = (
        verify_url(code),
        f"QR code: opens the check of the voucher ending in {code[-4:]}",
    )
    if voucher.valid_until is None:
        return qr(address, words)
    facts = Facts(
        number=voucher.number,
        title=voucher.title,
        value=voucher.initial,
        currency=voucher.currency,
        last_day=voucher.valid_until,
        issued_on=voucher.issued_at.date(),
    )
    return qr(f"{address}#{proof(facts, code, key)}", words, level="m")


def squares(issued: Issued, codes: list[ShownCode]) -> list[tuple[ShownCode, Markup]]:
    """Each code that is shown with its square; the key is opened once for all of them."""
    key = key_to_sign_with()
    return [(one, square(voucher_of(issued, one), one.bare, key)) for one in codes]


def certificate_url(number: str) -> str:
    """The address that checks a certificate."""
    path = url_for("vouchers.certificate", number=grouped(number))
    return current().base_url.rstrip("/") + path


def voucher_pdf(issued: Issued, codes: list[ShownCode]) -> bytes:
    """One page for each code of a request."""
    return documents.draw(
        "documents/voucher.html",
        title=f"Voucher: {issued.facts['name']}",
        issued=issued,
        pages=[
            {"shown": shown, "voucher": voucher_of(issued, shown), "qr": picture}
            for shown, picture in squares(issued, codes)
        ],
        band=_band(issued.facts),
        ink=_card_ink(issued.facts),
        drawn_on=clock.today(),
        said=amount_said,
        grouped=grouped,
        unused=UNUSED,
        ends_at=ends_at,
        steps=HOW_TO_USE.get(issued.kind, TRIP_STEPS),
        organization=current().organization,
        host=current().base_url.partition("://")[2].rstrip("/"),
        terms=issued.facts["terms"],
    )


def voucher_of(issued: Issued, shown: ShownCode) -> OwnVoucher:
    """The voucher that a shown code is for."""
    return next(v for v in issued.live_vouchers if v.unit_no == shown.unit_no)


def certificate_pdf(issued: Issued) -> bytes:
    """One landscape page for each certificate of a request."""
    return documents.draw(
        "documents/certificate.html",
        title=f"Certificate: {issued.certificates[0].title} for {issued.holder}",
        pages=[_sheet(certificate) for certificate in issued.certificates],
        frame=picture_data("guilloche", issued.facts["slug"], hue=current().brand_hue),
        medal=_art_data(issued.facts | {"art": badge_art(issued.facts["art"])}),
        organization=current().organization,
    )


def _sheet(certificate: OwnCertificate) -> dict[str, Any]:
    address = certificate_url(certificate.number)
    number = grouped(certificate.number)
    return {
        "certificate": certificate,
        "number": number,
        "address": address.partition("://")[2],
        "qr": qr(address, f"QR code: opens the check of certificate {number}", level="m"),
        "signers": [signer.partition(", ")[::2] for signer in certificate.signers],
    }


def _band(facts: dict[str, Any]) -> dict[str, Any]:
    """What stands at the top of a voucher: a picture that fills it, or a card on its stage."""
    photo = _photo_data(facts)
    kind = facts["art"].get("kind", "merchandise")
    return {
        "picture": photo or _art_data(facts),
        "fills": photo or kind == "scene",
        "is_tile": kind == "merchandise",
        "is_card": kind == "gift_card",
        "stage": stage_colors(facts["slug"]),
    }


def _photo_data(facts: dict[str, Any]) -> str | None:
    """The photo the reward had when it was asked for, unless it was taken away since."""
    photo = facts.get("photo")
    content = widest_jpeg(facts["slug"], photo) if photo else None
    return data_address("image/jpeg", content) if content else None


def _card_ink(facts: dict[str, Any]) -> str:
    art = facts["art"]
    return card_ink(facts["slug"], variant=int(art.get("variant", 0)), hue=art.get("hue"))


def _art_data(facts: dict[str, Any]) -> str:
    art = facts["art"]
    options = {name: value for name, value in art.items() if name != "kind"}
    return picture_data(str(art.get("kind", "merchandise")), facts["slug"], **options)
