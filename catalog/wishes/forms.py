"""Which notes somebody wants."""

from wtforms import BooleanField

from marketplace.web.forms import PageForm


class NotesForm(PageForm):
    """Three boxes, each a kind of note."""

    goal = BooleanField("My goal is near or reached")
    price = BooleanField("Something I saved costs less")
    stock = BooleanField("Something I saved is back")
