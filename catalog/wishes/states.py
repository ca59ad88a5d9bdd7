"""What a note about a wish says, and among whom choices are counted."""

from enum import StrEnum


class NoteKind(StrEnum):
    """What somebody may be told about what they saved."""

    NEAR = "near"
    REACHED = "reached"
    CHEAPER = "cheaper"
    BACK = "back"


class Circle(StrEnum):
    """Whose choices are counted together, the nearest first."""

    DEPARTMENT = "department"
    COUNTRY = "country"
    COMPANY = "company"

    @property
    def words(self) -> str:
        """The circle as its members call it."""
        return _WORDS[self]


_WORDS = {
    Circle.DEPARTMENT: "your department",
    Circle.COUNTRY: "your country",
    Circle.COMPANY: "your company",
}
