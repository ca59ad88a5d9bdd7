"""Giving a reward a photo, saying what it shows, and taking it away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.operations.deeds import locked_reward, note_deed
from catalog.photos.cutting import CutPhoto
from catalog.photos.models import PhotoFile
from catalog.photos.policies import alt_obstacle
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound

MIDDLE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a photo shows in words (`alt`, empty for decoration) and the point to keep in view.

    `x` and `y` are percent from the left and from the top.
    """

    alt: str
    is_decorative: bool = False
    x: int = MIDDLE
    y: int = MIDDLE

    def __post_init__(self) -> None:
        obstacle = alt_obstacle(self.alt, is_decorative=self.is_decorative)
        if obstacle:
            raise BadInput(obstacle)
        if not (0 <= self.x <= 100 and 0 <= self.y <= 100):
            raise BadInput("The point to keep in view is given in percent, from 0 to 100.")

    @property
    def facts(self) -> dict[str, Any]:
        """As it is kept with the photo."""
        return {"alt": self.alt, "x": self.x, "y": self.y}


def give_photo(
    actor: Actor, reward_id: int, photo: CutPhoto, caption: Caption, *, at: datetime
) -> None:
    """Show this photo of a reward from now on, in place of the one before."""
    reward = locked_reward(reward_id)
    before = reward.photo.get("digest")
    _empty_files(reward_id, keep=photo.digest)
    for cut in photo.cuts:
        _put_file(reward_id, photo.digest, cut.name, cut.media_type, cut.content)
    reward.photo = {
        "digest": photo.digest,
        "width": photo.width,
        "height": photo.height,
        "widths": list(photo.widths),
        "color": photo.color,
        **caption.facts,
    }
    session().flush()
    facts = {"before": before, "after": photo.digest, "alt": caption.alt}
    note_deed(actor, "catalog.photo", reward_id, at=at, **facts)


def describe_photo(actor: Actor, reward_id: int, caption: Caption, *, at: datetime) -> None:
    """Say something else of the photo that stands. Raises NotFound without one."""
    reward = locked_reward(reward_id)
    if not reward.photo:
        raise NotFound("This reward has no photo any more. Choose one. Nothing was changed.")
    before = {name: reward.photo[name] for name in caption.facts}
    if before == caption.facts:
        return
    reward.photo = {**reward.photo, **caption.facts}
    session().flush()
    change = {"before": before, "after": caption.facts}
    note_deed(actor, "catalog.describe_photo", reward_id, at=at, **change)


def remove_photo(actor: Actor, reward_id: int, *, at: datetime) -> bool:
    """Take a reward's photo away for good; False without one. Its generated art shows again."""
    reward = locked_reward(reward_id)
    if not reward.photo:
        return False
    before, reward.photo = reward.photo, {}
    session().flush()
    _empty_files(reward_id)
    gone = {"before": before["digest"], "alt": before["alt"]}
    note_deed(actor, "catalog.remove_photo", reward_id, at=at, **gone)
    return True


def _empty_files(reward_id: int, *, keep: str = "") -> None:
    session().execute(
        sa.update(PhotoFile)
        .where(
            PhotoFile.reward_id == reward_id,
            PhotoFile.digest != keep,
            PhotoFile.content.is_not(None),
        )
        .values(content=None)
    )


def _put_file(reward_id: int, digest: str, name: str, media_type: str, content: bytes) -> None:
    put = insert_or_skip(PhotoFile).values(
        reward_id=reward_id, digest=digest, name=name, media_type=media_type, content=content
    )
    key = ["reward_id", "digest", "name"]
    session().execute(put.on_conflict_do_update(index_elements=key, set_={"content": content}))
