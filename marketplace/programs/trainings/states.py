"""Where the claim of a completed course is."""

from enum import StrEnum


class CourseClaimState(StrEnum):
    """Somebody says they completed a course; someone else looks at the proof."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        """The state in words."""
        return {
            "waiting": "Waiting for an answer",
            "approved": "Approved",
            "declined": "Declined",
            "taken_back": "Taken back",
        }[self.value]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return {"waiting": "info", "approved": "ok", "declined": "danger"}.get(
            self.value, "neutral"
        )
