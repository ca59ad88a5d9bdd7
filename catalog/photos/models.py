"""The files of photos, apart from the rewards, so that no page reads them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model


class PhotoFile(Model):
    """One file cut from a photo. `rewards.photo` says which photo stands, by its digest.

    Of a photo that was taken away or replaced the content is gone and the row stays, so that an
    address that was once shown goes on to what stands there now.
    """

    __tablename__ = "reward_photo_files"

    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    content: Mapped[bytes | None]
