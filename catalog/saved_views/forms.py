"""Forms of saved views: syntax only."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from catalog.saved_views.policies import LONGEST_NAME
from marketplace.web.forms import Filled, PageForm


class ViewNameForm(PageForm):
    """What a view is called."""

    name = StringField(
        "Name",
        filters=[lambda text: " ".join((text or "").split())],
        validators=[
            Filled("Enter a name, for example Trips within reach."),
            Length(max=LONGEST_NAME, message=f"Keep it under {LONGEST_NAME} characters."),
        ],
    )


class SaveViewForm(ViewNameForm):
    """A name for the filters of the shelf."""

    query = HiddenField()
    for_everyone = BooleanField("Company view: everyone sees it")
