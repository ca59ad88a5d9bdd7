"""Paper for a moment: the speaker's sheet and everyone's codes."""

from collections.abc import Sequence
from typing import Any

from marketplace.kernel import documents
from marketplace.kernel.settings import current
from marketplace.recognition.moments.links import capture_qr
from marketplace.recognition.moments.queries.attendance import Expected
from marketplace.recognition.moments.queries.moments import MomentRow
from marketplace.recognition.moments.queries.slides import Slide

MOST_CODES = 300


def speaker_sheet(moment: MomentRow, slides: Sequence[Slide]) -> bytes:
    """Who is named, how, for which value and why, large enough to be read from a lectern."""
    return documents.draw(
        "documents/speaker_sheet.html",
        title=f"Speaker sheet: {moment.title}",
        moment=moment,
        slides=slides,
        organization=current().organization,
    )


def attendee_sheet(moment: MomentRow, people: Sequence[Expected]) -> bytes:
    """A code for each attendee, to be cut out or left on the tables."""
    return documents.draw(
        "documents/attendee_sheet.html",
        title=f"Attendee codes: {moment.title}",
        moment=moment,
        cards=[_card(moment, one) for one in people],
        organization=current().organization,
    )


def _card(moment: MomentRow, one: Expected) -> dict[str, Any]:
    return {"person": one, "qr": capture_qr(moment.slug, moment.id, one.id, one.name)}
