"""The certificate of a winner, with the words of somebody who named them."""

from collections.abc import Sequence
from datetime import datetime

from marketplace.kernel.codes import new_number
from marketplace.kernel.db import session
from marketplace.people.queries import people_by_id
from marketplace.programs.nominations.models import NominationCertificate
from marketplace.programs.nominations.queries.judging import Nominee, Words
from marketplace.programs.nominations.queries.rounds import Round

LONGEST_QUOTE = 280


def give_certificate(
    seen: Round, winner: Nominee, signer_ids: Sequence[int], *, at: datetime
) -> None:
    """Write the certificate of one winner: its words and names are those of this day."""
    people = people_by_id(signer_ids)
    words, by = hero_words(winner.words)
    session().add(
        NominationCertificate(
            round_id=seen.id,
            employee_id=winner.id,
            number=new_number(),
            title=seen.award,
            name=winner.name,
            words=words,
            words_by=by,
            signers=[
                f"{people[one].name}, {people[one].title}"
                if people[one].title
                else people[one].name
                for one in dict.fromkeys(signer_ids)
                if one in people
            ],
            issued_at=at,
        )
    )
    session().flush()


def hero_words(words: Sequence[Words]) -> tuple[str, str]:
    """The words that stand on the certificate and whose they are: the first that are not held back.

    Long words end with the last whole sentence that fits, or else at a word with an ellipsis.
    """
    for one in words:
        if not one.is_held_back and one.said:
            return shortened(one.said[0][1]), one.nominator
    return "", ""


def shortened(text: str) -> str:
    """Text that fits the certificate."""
    flat = " ".join(text.split())
    if len(flat) <= LONGEST_QUOTE:
        return flat
    start = flat[:LONGEST_QUOTE]
    end = max(start.rfind(mark) for mark in (". ", "! ", "? "))
    if end > LONGEST_QUOTE // 3:
        return start[: end + 1]
    return f"{start[: start.rfind(' ')] if ' ' in start else start}…"
