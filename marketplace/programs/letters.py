"""Letters of programs: a few paragraphs and one button."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.web.letters import Addressee, write_letter


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter says: its subject, its paragraphs, and the words of its button."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str


def write_note(said: Said, *, to: Addressee, href: str, key: str, at: datetime) -> None:
    """Write to one person, once per key."""
    write_letter("program_note", to=to, key=key, at=at, said=said, href=href)
