"""The form of a list that is handed over: syntax only."""

from wtforms import BooleanField, RadioField, StringField

from marketplace.web.forms import Filled, Line, PageForm, choices
from redemption.travel.desk.manifests.policies import Order
from redemption.travel.desk.manifests.states import FileKind, ListKind


class HandOverForm(PageForm):
    """Whom a list is for, why, and as what file."""

    receiver = StringField(
        "Who gets it",
        description="The hotel, agency or person, by name.",
        validators=[Filled("Say who gets the list."), Line(60)],
    )
    reason = StringField(
        "What they need it for",
        description="Each person whose passport or needs it holds reads this word for word.",
        validators=[Filled("Say what they need it for."), Line(110)],
    )
    file_kind = RadioField(
        "File", choices=choices((one.value, one.label) for one in FileKind), default="xlsx"
    )
    is_latin = BooleanField("In Latin letters only, as in a passport: Jörg becomes Joerg")

    def order(self, variant_id: int, kind: ListKind) -> Order:
        """What is in it."""
        return Order(
            variant_id=variant_id,
            kind=kind,
            file_kind=FileKind(self.file_kind.data),
            receiver=(self.receiver.data or "").strip(),
            reason=(self.reason.data or "").strip(),
            is_latin=bool(self.is_latin.data),
        )
