"""What a deed on many rewards asks for; syntax only."""

from typing import Any

from wtforms import SelectField, StringField

from catalog.bulk.deeds import Action, Deed
from catalog.forms import DifferenceField, ScheduleForm
from catalog.states import LimitPeriod
from marketplace.web.forms import Line, WholeNumberField, choices

_FIELDS = {
    Action.RETIRE: ("reason",),
    Action.PRICE: ("percent", "points"),
    Action.TIER: ("new_tier",),
    Action.SCHEDULE: ("from_day", "from_time", "until_day", "until_time"),
    Action.LIMIT: ("limit", "period"),
}


class BulkForm(ScheduleForm):
    """Every field a deed may need; `fields_of` says which it does. It is read from the address.

    Looking changes nothing, so there is no token; the deed itself has a form of its own.
    """

    reason = StringField("Why", description="Kept with each step.", validators=[Line(200)])
    percent = DifferenceField(
        "By percent", high=1_000, description="+10 for a tenth more, -5 for a twentieth less."
    )
    points = DifferenceField("Or by points", high=10_000_000, description="+500 or -200.")
    new_tier = SelectField("New tier")
    limit = WholeNumberField(
        "How often one person can have it",
        low=1,
        high=10_000,
        description="Leave it empty when there is no limit.",
    )
    period = SelectField(
        "Counted", choices=choices((p.value, p.words.capitalize()) for p in LimitPeriod)
    )

    def __init__(self, tiers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(meta={"csrf": False}, **kwargs)
        self.tiers = dict(tiers)
        self.new_tier.choices = choices(tiers)

    def fields_of(self, action: Action) -> list[Any]:
        """The fields a deed needs."""
        return [self[name] for name in _FIELDS.get(action, ())]

    def deed(self, action: Action) -> Deed | None:
        """The deed; None with its field named when something is missing or can't be read."""
        good = True
        for field in self.fields_of(action):
            good = field.validate(self) and not field.process_errors and good
        if good and action is Action.PRICE and (not self.percent.data) == (not self.points.data):
            self.percent.errors = ["Enter a percent such as +10, or points such as +500."]
            good = False
        begins, ends = self.window if action is Action.SCHEDULE and good else (None, None)
        if good and begins and ends and ends <= begins:
            self.until_day.errors = ["Enter an end that is after the beginning."]
            good = False
        return self._deed(action, begins, ends) if good else None

    def _deed(self, action: Action, begins: Any, ends: Any) -> Deed:
        is_limit = action is Action.LIMIT and self.limit.data is not None
        return Deed(
            action=action,
            reason=(self.reason.data or "").strip()[:200],
            percent=self.percent.data,
            points=self.points.data,
            tier_slug=self.new_tier.data or "",
            tier_name=self.tiers.get(self.new_tier.data or "", ""),
            begins=begins,
            ends=ends,
            limit=self.limit.data if is_limit else None,
            period=LimitPeriod(self.period.data) if is_limit else None,
        )
