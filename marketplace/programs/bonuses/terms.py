"""The terms of a bonus program."""

from dataclasses import dataclass

from marketplace.web.filters import points_word


@dataclass(frozen=True, slots=True)
class BonusTerms:
    """Points given by hand, each award up to `largest` points."""

    largest: int

    @property
    def sentence(self) -> str:
        """The rule in words."""
        return (
            f"Managers give points by hand, up to {points_word(self.largest)} each, with a reason."
        )
