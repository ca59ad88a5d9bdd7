"""What somebody sends to have a file imported; syntax only."""

from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from marketplace.web.forms import Line, Lines, PageForm

NEW_PROFILE = ""
EXAMPLE = "the example"  # also the name under which later files find what this one brought


class UploadForm(PageForm):
    file = FileField("File", description="CSV with any delimiter, or XLSX.")
    profile = SelectField("Profile", description="How this kind of file is written.")
    toml = TextAreaField(
        "New profile",
        description="In TOML. It counts when you choose a new profile above.",
        validators=[Lines(64 * 1024, too_long="Keep a profile under 64 KB.")],
    )
    name = StringField(
        "Name for the new profile",
        description="It is saved under this name, to be used again next time.",
        validators=[Line(80)],
    )
    lookups = MultipleFileField(
        "Tables beside the file",
        description="Only if the profile has lookups. Choose the files it names.",
    )


class ApproveForm(PageForm):
    """Import the rows that are good."""

    skip_errors = BooleanField()
