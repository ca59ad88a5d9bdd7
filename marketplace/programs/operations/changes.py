"""What taking facts in did: counted the same way for results, targets and completions."""

from dataclasses import dataclass


@dataclass(slots=True)
class Changes:
    """How many facts were new, corrected, unchanged, and withdrawn as missing."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0

    @property
    def made(self) -> int:
        """How many facts are different now."""
        return self.new + self.changed + self.withdrawn
