"""The photos of rewards, and one file of one of them."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.photos.models import PhotoFile
from catalog.states import RewardState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a photo; `content` none when the photo went, with what stands there now."""

    media_type: str
    content: bytes | None
    art: dict[str, Any]
    photo: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A reward with all that its picture is made of; worth what its first variant is."""

    id: int
    slug: str
    name: str
    brand: str
    art: dict[str, Any]
    photo: dict[str, Any]
    cash_minor: int | None
    currency: str | None

    def drawn(self, art: dict[str, Any] | None = None) -> "Look":
        """The same without its photo, with other art if given."""
        return replace(self, photo={}, art=self.art if art is None else art)


def look_of(slug: str) -> Look:
    """How a reward looks, for its curator. Raises NotFound, also for a discarded draft."""
    found = (
        session()
        .execute(
            sa.select(
                *(Reward.id, Reward.slug, Reward.name, Reward.brand, Reward.art, Reward.photo),
                *(Variant.cash_minor, Variant.currency),
            )
            .outerjoin(Variant, Variant.reward_id == Reward.id)
            .where(Reward.slug == slug, Reward.state != RewardState.DISCARDED)
            .order_by(Variant.position, Variant.id)
            .limit(1)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound("We can't find this reward.")
    return Look(*found)


def photo_file(slug: str, digest: str, name: str) -> StoredFile:
    """A file that was once shown of a reward. Raises NotFound."""
    found = (
        session()
        .execute(
            sa.select(PhotoFile.media_type, PhotoFile.content, Reward.art, Reward.photo)
            .join(Reward, Reward.id == PhotoFile.reward_id)
            .where(Reward.slug == slug, PhotoFile.digest == digest, PhotoFile.name == name)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound("There is no such photo.")
    return StoredFile(*found)


def widest_jpeg(slug: str, photo: dict[str, Any]) -> bytes | None:
    """The widest file of a photo that was shown, for paper; None when it is gone."""
    try:
        return photo_file(slug, photo["digest"], f"{photo['width']}.jpg").content
    except NotFound:
        return None
