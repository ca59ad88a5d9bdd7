"""Priya adds what a kind needs: amounts, a range, sizes and colors, departures, questions."""

import pytest

from catalog import operations, queries
from catalog.details import DetailKind, details_of
from catalog.operations.variants import ask_details, change_departure
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from tests.support.browsing import hidden_fields
from tests.support.catalog import (
    IN_MAY,
    add_variant,
    draft_reward,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.page_lint import lint_page

DATES = {
    "starts_on": "2027-09-02",
    "ends_on": "2027-09-05",
    "cutoff_on": "2027-07-31",
    "place": "Porto",
    "min_group": "8",
    "points": "52000",
    "capacity": "20",
    "worth": "520",
    "currency": "eur",
}
SHIRTS = {
    "first": "Color",
    "first_values": "Indigo, Moss\nRust",
    "second": "size",
    "second_values": "S, M, L",
    "leave_out": "Rust, S\nMoss,  L",
    "points": "2400",
    "capacity": "5",
    "worth": "24",
    "currency": "EUR",
}


class Desk:
    """Priya's browser at one reward."""

    def __init__(self, client, slug, at):
        self.client, self.slug, self.at = client, slug, at

    def page(self, path):
        answer = self.client.get(f"/manage/catalog/{self.slug}/{path}".rstrip("/"))
        assert answer.status_code == 200, answer.text
        assert lint_page(answer.text) == []
        return answer.text

    def send(self, path, **entered):
        hidden = hidden_fields(self.page(path))
        return self.client.post(f"/manage/catalog/{self.slug}/{path}", data=hidden | entered)

    @property
    def editor(self):
        return queries.reward_editor(self.slug, at=self.at)


@pytest.fixture
def open_desk(priya, sign_in, at):
    client = sign_in(priya.id)
    return lambda slug: Desk(client, slug, at)


def test_several_amounts_are_added_in_one_go(open_desk):
    desk = open_desk(stock_gift_card().slug)
    sent = desk.send("variants/amounts", amounts="25, 100,25, 12.50", currency="usd", points="100")
    assert sent.status_code == 303
    added = desk.editor.variants[1:]
    assert [(one.label, one.points, one.cash_minor, one.currency) for one in added] == [
        ("$25", 2_500, 2_500, "USD"),
        ("$100", 10_000, 10_000, "USD"),
        ("$12.50", 1_250, 1_250, "USD"),
    ]
    assert ledger_violations() == []


def test_yen_have_no_smaller_unit_on_the_form_either(open_desk):
    desk = open_desk(stock_gift_card().slug)
    assert (
        "no smaller unit"
        in desk.send("variants/amounts", amounts="1000, 10.5", currency="JPY", points="1").text
    )
    desk.send("variants/amounts", amounts="1000, 3000", currency="JPY", points="1")
    assert [one.label for one in desk.editor.variants[1:]] == ["¥1,000", "¥3,000"]


@pytest.mark.parametrize(
    ("amounts", "points", "said"),
    [
        ("50, 20000000000", "1", "“20000000000”: Enter a smaller amount."),
        (
            "50, 2000000",
            "100",
            "“2000000”: It would cost 200,000,000 points. Enter",
        ),
        ("50, 0", "100", "“0”: Enter an amount above zero."),
    ],
)
def test_priya_reads_what_is_wrong_with_an_amount_and_nothing_is_added(
    open_desk, amounts, points, said
):
    desk = open_desk(stock_gift_card().slug)
    sent = desk.send("variants/amounts", amounts=amounts, currency="EUR", points=points)
    assert (sent.status_code, said in sent.text) == (422, True)
    assert len(desk.editor.variants) == 1


def test_a_range_is_added_with_its_steps(open_desk, maya, at):
    desk = open_desk(stock_gift_card().slug)
    entered = {"lowest": "10", "highest": "500", "step": "5", "currency": "EUR", "points": "1000"}
    assert desk.send("variants/range", **entered).status_code == 303
    offered = queries.offer(maya, desk.editor.variants[1].id, at=at)
    assert offered.amounts is not None
    assert offered.amounts.words == "10 to 500 euros in steps of 5"
    assert offered.over(12_500).points == 12_500


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"highest": "9"}, "Enter a highest amount above the lowest."),
        ({"step": "300"}, "Enter steps that reach the highest"),
        ({"step": "0"}, "Enter an amount above zero"),
        ({"lowest": "-10"}, "Enter an amount above zero"),
        ({"lowest": "ten"}, "Enter a number such as"),
        ({"currency": "EURO"}, "Enter a currency by its three letters"),
        ({"currency": "JPY", "step": "0.5"}, "no smaller unit"),
        ({"highest": "9" * 30}, "Enter at most 20 digits"),
        ({"points": "0"}, "Enter a whole number from 1"),
        (
            {"points": "9000000", "lowest": "0.01", "highest": "9999999999", "step": "0.01"},
            "points, more than any balance can be",
        ),
    ],
)
def test_a_range_that_does_not_work_out_is_refused_at_its_field(open_desk, changes, said):
    desk = open_desk(stock_gift_card().slug)
    entered = {"lowest": "10", "highest": "500", "step": "5", "currency": "EUR", "points": "1000"}
    answer = desk.send("variants/range", **(entered | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert len(desk.editor.variants) == 1


def test_sizes_and_colors_make_a_matrix_without_what_is_left_out(open_desk):
    desk = open_desk(stock_reward("Team shirt").slug)
    assert desk.send("variants/options", **SHIRTS).status_code == 303
    added = desk.editor.variants[1:]
    assert [one.label for one in added] == [
        "Indigo, S",
        "Indigo, M",
        "Indigo, L",
        "Moss, S",
        "Moss, M",
        "Rust, M",
        "Rust, L",
    ]
    assert {(one.points, one.capacity, one.cash_minor) for one in added} == {(2_400, 5, 2_400)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"second_values": ""}, "Enter both"),
        ({"second": ""}, "Enter both"),
        ({"second": "COLOR"}, "is taken above"),
        ({"currency": ""}, "Enter the currency of the value."),
        ({"first_values": ",".join(f"C{n}" for n in range(30))}, "1 to 60"),
        ({"first_values": " , "}, "1 to 60"),
    ],
)
def test_a_matrix_that_does_not_work_out_is_refused(open_desk, changes, said):
    desk = open_desk(stock_reward("Team shirt").slug)
    answer = desk.send("variants/options", **(SHIRTS | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert len(desk.editor.variants) == 1


def test_a_departure_is_added_and_listed(open_desk, sign_in, maya):
    desk = open_desk(stock_lisbon_trip().slug)
    assert desk.send("variants/departures", **DATES).status_code == 303
    page = sign_in(maya.id).get(f"/rewards/{desk.slug}").text
    for words in ("2 to 5 Sep 2027", "20 places left", "ask by 31 Jul 2027"):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": "2027-09-01"}, "Enter a last day that is not before the first."),
        ({"cutoff_on": "2027-09-03"}, "Enter a day before the first one."),
        ({"min_group": "30"}, "There are only 20 places."),
        ({"starts_on": "soon"}, "Not a valid date value"),
        ({"place": ""}, "Enter the place."),
    ],
)
def test_dates_that_do_not_work_out_are_refused(open_desk, changes, said):
    desk = open_desk(stock_lisbon_trip().slug)
    answer = desk.send("variants/departures", **(DATES | changes))
    assert answer.status_code == 422
    assert said in answer.text


def test_dates_change_until_somebody_asked_for_them(open_desk, maya, at):
    trip = stock_lisbon_trip()
    desk = open_desk(trip.slug)
    path = f"variants/{trip.variant_id}/dates"
    assert "2027-05-13" in desk.page(path)
    assert desk.send(path, **DATES).status_code == 303
    changed = queries.offer(maya, trip.variant_id, at=at)
    assert changed.departure is not None
    assert (changed.variant_label, changed.departure.place) == ("2 to 5 Sep 2027", "Porto")
    assert (changed.cash_minor, changed.departure.min_group) == (52_000, 8)
    with transaction():
        operations.reserve_stock(trip.variant_id, 1, at=at)
    answer = desk.send(path, **(DATES | {"place": "Faro"}))
    assert answer.status_code == 422
    assert "1 person has a place on these dates" in answer.text
    assert desk.send(path, **(DATES | {"min_group": "4"})).status_code == 303


def test_what_is_no_departure_has_no_dates(open_desk, priya, at):
    mug = stock_reward()
    answer = open_desk(mug.slug).client.get(
        f"/manage/catalog/{mug.slug}/variants/{mug.variant_id}/dates"
    )
    assert answer.status_code == 404
    with pytest.raises(Exception, match="can't find this departure"), transaction():
        change_departure(priya, mug.variant_id, IN_MAY, label="May", at=at)


def test_a_taxable_value_is_set_and_taken_away_but_a_range_keeps_its_amounts(open_desk, at):
    mug = stock_reward()
    desk, path = open_desk(mug.slug), f"variants/{mug.variant_id}/worth"
    desk.send(path, worth="18.90", currency="EUR")
    assert (desk.editor.variants[0].cash_minor, desk.editor.variants[0].currency) == (1_890, "EUR")
    assert 'value="18.90"' in desk.page(path)
    desk.send(path, worth="", currency="")
    assert desk.editor.variants[0].cash_minor is None
    span = {"cash_minor": 1_000, "currency": "EUR", "range_to_minor": 2_000, "step_minor": 500}
    ranged = add_variant(mug.reward_id, "€10 to €20", 1_000, **span)
    answer = desk.send(f"variants/{ranged}/worth", worth="5", currency="EUR")
    assert (answer.status_code, "amounts of a range stay" in answer.text) == (422, True)


ROWS = {
    "rows-0-name": "",
    "rows-0-label": "Engraving",
    "rows-0-kind": "text",
    "rows-0-most": "20",
    "rows-1-label": "Course date",
    "rows-1-kind": "date",
    "rows-1-is_required": "y",
    "rows-1-last_on": "2027-12-31",
    "rows-2-label": "Charity",
    "rows-2-kind": "choice",
    "rows-2-is_required": "y",
    "rows-2-listed": "Trees\nBooks\n\nTrees",
}


def test_what_is_asked_is_written_in_rows_and_keeps_its_names(open_desk):
    desk = open_desk(stock_reward().slug)
    assert desk.send("details", **ROWS).status_code == 303
    engraving, day, charity = details_of(desk.editor.details)
    assert (engraving.name, engraving.most, engraving.is_required) == ("engraving", 20, False)
    assert (day.kind, str(day.last_on)) == (DetailKind.DATE, "2027-12-31")
    assert charity.choices == ("Trees", "Books")
    renamed = ROWS | {"rows-0-name": "engraving", "rows-0-label": "Words on the back"}
    desk.send("details", **renamed)
    assert details_of(desk.editor.details)[0].name == "engraving"
    assert "Words on the back" in desk.page("details")
    assert "Asks for Words on the back, Course date, Charity" in desk.page("").replace("\n", "")


def test_rows_are_added_moved_and_taken_away_without_saving(open_desk):
    desk = open_desk(stock_reward().slug)
    moved = desk.send("details", **ROWS, move="up-2").text
    assert moved.index("Charity") < moved.index("Course date")
    assert "Charity" not in desk.send("details", **ROWS, move="remove-2").text
    assert "A new detail" in desk.send("details", **ROWS, move="add").text
    for odd in ("up-0", "up-99", "remove--1", "remove-x", "explode", "up-²"):
        assert desk.send("details", **ROWS, move=odd).status_code == 200
    assert desk.editor.details == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows-0-label": " "}, "Enter what is asked, or take the row away."),
        ({"rows-2-listed": "Trees"}, "Enter 2 to 40 choices"),
        ({"rows-2-listed": "x" * 300 + "\nb"}, "Keep each choice under 200"),
        ({"rows-0-most": "0"}, "Enter a whole number from 1 to 2,000"),
        ({"rows-1-first_on": "2028-01-01"}, "not before the first"),
        ({"rows-0-kind": "file"}, "Not a valid choice"),
    ],
)
def test_a_row_that_does_not_work_out_is_refused(open_desk, changes, said):
    desk = open_desk(stock_reward().slug)
    answer = desk.send("details", **(ROWS | changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert desk.editor.details == []


def test_a_name_is_asked_once(priya, at):
    mug, twice = stock_reward(), details_of([])
    row = {"name": "size", "label": "Size", "kind": "text", "help": "", "is_required": True}
    bounds = {"most": 20, "choices": [], "first_on": None, "last_on": None}
    twice = details_of([row | bounds, row | bounds])
    with pytest.raises(BadInput, match="label of its own"), transaction():
        ask_details(priya, mug.reward_id, twice, at=at)


def stock_shirts(at):
    reward_id = draft_reward("Team shirt", kind=Kind.MERCHANDISE)
    shirts = (("Indigo", "M", 5, 2_400), ("Indigo", "L", 0, 2_400), ("Rust", "M", None, 2_100))
    for color, size, capacity, points in shirts:
        facts = {"capacity": capacity, "attributes": {"color": color, "size": size}}
        add_variant(reward_id, f"{color}, {size}", points, **facts)
    with transaction():
        operations.publish_reward(Actor.system(), reward_id, at=at)


@pytest.mark.parametrize(
    ("attribute", "asked"), [("option", "Choose an option"), ("color", "Choose a color")]
)
def test_maya_is_asked_in_proper_words(maya, sign_in, at, attribute, asked):
    reward_id = draft_reward("Espresso pot")
    for cups in ("Three cups", "Six cups"):
        add_variant(reward_id, cups, 4_200, attributes={attribute: cups})
    with transaction():
        operations.publish_reward(Actor.system(), reward_id, at=at)
    assert asked in sign_in(maya.id).get("/rewards/espresso-pot").text


def test_a_color_and_a_size_are_chosen_together(maya, sign_in, at):
    stock_shirts(at)
    client = sign_in(maya.id)
    page = client.get("/rewards/team-shirt").text
    assert lint_page(page) == []
    assert "Choose a color" in page
    assert "Choose a size" in page
    assert "In Indigo: L sold out for now." in page
    sold_out = client.get("/rewards/team-shirt?of_color=Indigo&of_size=L").text
    assert "Sold out for now" in sold_out
    missing = client.get("/rewards/team-shirt?of_color=Rust&of_size=L").text
    assert "There is no Rust with L. Choose another color or size." in missing
    assert "In Rust: no L." in missing
    assert "/redeem?" not in missing
    odd = client.get("/rewards/team-shirt?of_color=Plaid&of_size=%F0%9F%8C%BF")
    assert odd.status_code == 200


def test_maya_hears_no_price_of_another_shirt_beside_one_there_is_not(maya, sign_in, at):
    stock_shirts(at)
    page = sign_in(maya.id).get("/rewards/team-shirt?of_color=Rust&of_size=L").text
    assert "2,400" not in page
    assert "data-results-count" not in page
    assert "from <b>2,100</b>" in page
    assert "then spend the points." in page


@pytest.mark.parametrize("path", ["variants/amounts", "variants/options", "details"])
def test_priya_adds_nothing_to_a_discarded_draft(open_desk, priya, at, path):
    draft = draft_reward("Tent")
    with transaction():
        operations.discard_draft(priya, draft, at=at)
    answer = open_desk("tent").client.get(f"/manage/catalog/tent/{path}")
    assert (answer.status_code, "was discarded" in answer.text) == (404, True)
