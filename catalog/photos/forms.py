"""What a curator sends as a photo; its bytes are read and cut while the form is checked."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import ValidationError

from catalog.photos.cutting import ACCEPTED, CutPhoto, cut_photo, most_bytes, what_is_taken
from catalog.photos.policies import LONGEST_ALT, alt_obstacle
from marketplace.kernel.errors import BadInput
from marketplace.web.forms import Line, PageForm, WholeNumberField


class PhotoField(FileField):
    """One picture; `cut` holds the files made of it, none when nothing was chosen."""

    accept = ACCEPTED

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.cut: CutPhoto | None = None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Read and cut the picture. Raises ValidationError with what is wrong with it."""
        if not self.data:
            return
        try:
            name = self.data.filename or ""
            self.cut = cut_photo(name, self.data.stream.read(most_bytes() + 1))
        except BadInput as refusal:
            raise ValidationError(refusal.message) from refusal


def _percent(label: str) -> WholeNumberField:
    return WholeNumberField(label, high=100)


class PhotoForm(PageForm):
    """A photo with its words. Without a file the words of the photo that stands change."""

    photo = PhotoField("Photo")
    alt = StringField(
        "What the photo shows",
        description="A few words for people who don't see it: A tram climbs a steep street.",
        validators=[Line(LONGEST_ALT)],
    )
    is_decorative = BooleanField(
        "It is decoration", description="It says nothing that the name of the reward doesn't say."
    )
    x = _percent("From the left")
    y = _percent("From the top")

    def __init__(self, *, has_photo: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.has_photo = has_photo
        self.photo.description = what_is_taken()

    @property
    def words(self) -> str:
        """The description without blanks around it."""
        return (self.alt.data or "").strip()

    def validate_photo(self, field: PhotoField) -> None:
        """There is a picture, sent now or before."""
        if field.cut is None and not self.has_photo:
            raise ValidationError(f"Choose a photo: {what_is_taken()}")

    def validate_alt(self, _field: StringField) -> None:
        """Words, or decoration: one of them."""
        obstacle = alt_obstacle(self.words, is_decorative=self.is_decorative.data)
        if obstacle:
            raise ValidationError(obstacle)
