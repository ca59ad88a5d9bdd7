"""Forms of pools: syntax only."""

from wtforms import StringField

from marketplace.web.forms import Addressed, Filled, Line, PageForm


class PoolForm(PageForm):
    """What a pool is called."""

    name = StringField(
        "Name",
        description="As approvers read it: Travel desk.",
        validators=[Filled("Enter a name, for example Travel desk."), Line(60)],
    )


class NewPoolForm(Addressed, PoolForm):
    """A pool to add, with its address."""

    thing = "pool"


class MemberForm(PageForm):
    """Somebody to put in a pool."""

    who = StringField(
        "Who",
        description="Name, e-mail or employee number.",
        validators=[Filled("Enter who, for example their name."), Line(120)],
    )
