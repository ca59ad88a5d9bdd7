"""The form that keeps a view of the inbox: syntax only."""

from urllib.parse import parse_qsl

from wtforms import HiddenField, StringField

from catalog.saved_views.policies import LONGEST_NAME
from marketplace.web.forms import Filled, Line, PageForm
from redemption.approvals.inbox_views import query_of


class KeepViewForm(PageForm):
    """A name for what the inbox shows."""

    name = StringField(
        "Name",
        filters=[lambda text: " ".join((text or "").split())],
        validators=[
            Filled("Enter a name, for example Trips, most points first."),
            Line(LONGEST_NAME),
        ],
    )
    query = HiddenField()

    @property
    def wanted(self) -> str:
        """What the view shows, without what no inbox knows."""
        return query_of(dict(parse_qsl((self.query.data or "")[:200])))
