"""The photos of rewards, and one file of one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward
from catalog.photos.models import PhotoFile
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a photo; `content` none when the photo went, with what stands there now."""

    media_type: str
    content: bytes | None
    art: dict[str, Any]
    photo: dict[str, Any]


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


def photos_of(reward_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The photos of those rewards that have one, as `rewards.photo` keeps them, by reward."""
    rows = session().execute(
        sa.select(Reward.id, Reward.photo).where(Reward.id.in_(list(reward_ids)))
    )
    return {row.id: row.photo for row in rows if row.photo}
