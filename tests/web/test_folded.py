"""What is rarely needed is folded, and shows itself when it has something to say."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField, StringField
from wtforms.validators import Length

from marketplace.web.forms import WholeNumberField, choices, needs_eyes

KINDS = choices([("a", "A"), ("b", "B")])


class Inner(Form):
    metric = SelectField("Metric", choices=KINDS)
    only = StringField("Only")


class Outer(Form):
    text = StringField("Text", validators=[Length(max=3)])
    days = WholeNumberField("Days", low=1, high=9)
    places = WholeNumberField("Places", default=3)
    ties = RadioField("Ties", choices=KINDS, default="b")
    pick = SelectField("Pick", choices=KINDS)
    tick = BooleanField("Tick")
    inside = FormField(Inner)
    rows = FieldList(FormField(Inner), min_entries=2)


AS_IT_IS = {"text": "", "days": "", "places": "3", "ties": "b", "pick": "a", "inside-metric": "a"}


def test_what_nobody_touched_stays_folded():
    assert not needs_eyes(Outer())
    assert not needs_eyes(Outer(MultiDict(AS_IT_IS)))
    assert not needs_eyes([])


@pytest.mark.parametrize(
    "touched",
    [
        {"text": "x"},
        {"days": "4"},
        {"days": "many"},
        {"places": "4"},
        {"ties": "a"},
        {"pick": "b"},
        {"tick": "1"},
        {"inside-metric": "b"},
        {"inside-only": "x"},
        {"rows-1-metric": "a", "rows-1-only": "x"},
    ],
)
def test_what_differs_from_what_it_says_by_itself_is_open(touched):
    assert needs_eyes(Outer(MultiDict(AS_IT_IS | touched)))


def test_what_was_kept_before_is_open_and_so_is_an_error():
    assert needs_eyes(Outer(data={"days": 4}))
    form = Outer(MultiDict(AS_IT_IS))
    form.text.errors = ["Too long."]
    assert needs_eyes([form.text])
    assert not needs_eyes([form.days])
