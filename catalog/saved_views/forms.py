"""Forms of saved views: syntax only."""

from wtforms import BooleanField, HiddenField, StringField

from catalog.saved_views.policies import LONGEST_NAME
from marketplace.web.forms import Filled, Line, PageForm


class ViewNameForm(PageForm):
    """What a view is called."""

    name = StringField(
        "Name",
        filters=[lambda text: " ".join((text or "").split())],
        validators=[
            Filled("Enter a name, for example Trips within reach."),
            Line(LONGEST_NAME),
        ],
    )


class SaveViewForm(ViewNameForm):
    """A name for the filters of the shelf."""

    query = HiddenField()
    for_everyone = BooleanField("Company view: everyone sees it")
