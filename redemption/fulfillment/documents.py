"""What a donation is shown with: drawn when asked for, the same bytes every time."""

from marketplace.kernel import documents
from marketplace.kernel.settings import current
from marketplace.web.filters import money
from marketplace.web.paper import picture_data
from redemption.fulfillment.queries import TaskRow


def donation_pdf(row: TaskRow) -> bytes:
    """One landscape page: to whom how much was given in whose name, and under which receipt."""
    has_amount = row.proof_minor is not None and row.proof_currency is not None
    amount = money(row.proof_minor or 0, row.proof_currency or "") if has_amount else ""
    slug = row.facts["slug"]
    certificate = {"title": row.facts["name"], "name": row.for_whom, "issued_at": row.proof_on}
    return documents.draw(
        "documents/donation.html",
        title=f"Donation: {row.facts['name']} by {row.for_whom}",
        pages=[{"certificate": certificate, "signers": []}],
        amount=amount,
        receipt=row.proof,
        reference=row.reference,
        frame=picture_data("guilloche", slug, hue=current().brand_hue),
        medal=picture_data("badge", slug),
        organization=current().organization,
    )
