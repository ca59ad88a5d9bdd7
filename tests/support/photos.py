"""Photos of rewards for the tests."""

from datetime import datetime

from catalog.photos.cutting import cut_photo
from catalog.photos.operations import Caption, give_photo
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from tests.support.pictures import photo
from tests.support.transactions import in_transaction

WORDS = "Green hills under a red sky"


def give_photo_to(
    reward_id: int,
    content: bytes | None = None,
    *,
    actor: Actor | None = None,
    at: datetime | None = None,
    alt: str = WORDS,
    **caption: int | bool,
) -> str:
    """Give a reward a photo, by default the scenery; its digest."""
    cut = cut_photo("hills.jpg", content or photo())
    said = Caption(alt=alt, **caption)  # pyright: ignore[reportArgumentType]
    in_transaction(
        lambda: give_photo(actor or Actor.system(), reward_id, cut, said, at=at or clock.now())
    )
    return cut.digest
