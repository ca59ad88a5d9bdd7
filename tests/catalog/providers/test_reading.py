"""An answer is read whole, in part, or not at all, and every refusal says why."""

import json
import re
from html.parser import HTMLParser

import pytest

from catalog.providers.adapter import Amount, BadAnswer, Capabilities
from catalog.providers.adapters.tango import MOST_REFUSED, TangoAdapter
from catalog.providers.texts import plain
from tests.support.providers import a_range, catalog, item

READER = TangoAdapter()


def refusal_of(told) -> str:
    found = READER.read(catalog(Books=[item("GOOD"), told]))
    assert [one.sku for one in found.items] == ["GOOD"], "the rest goes its way"
    (refused,) = found.refusals
    return refused.reason


def amount_of(told) -> Amount:
    (one,) = READER.read(catalog(Books=[told])).items
    return one.amount


def test_a_thousand_yen_are_a_hundred_thousand_hundredths():
    assert amount_of(item("YEN", 1_000, currency_code="JPY")) == Amount("JPY", 1_000, 1_000)


def test_a_dinar_has_a_thousand_parts_and_not_a_hundred():
    assert amount_of(item("DINAR", 5, currency_code="BHD")).low == 5_000


def test_half_a_yen_is_refused():
    told = item("HALF", currency_code="JPY", denomination="50050")
    assert "50,050 hundredths are no whole number" in refusal_of(told)


def test_a_range_is_offered_in_whole_units_within_what_the_provider_offers():
    assert amount_of(a_range("ANY", 1, 500_050)) == Amount("USD", 100, 500_000, 100)
    yen = a_range("ANY", 1, 500_000, currency_code="JPY")
    assert amount_of(yen) == Amount("JPY", 1, 5_000, 1)


def test_namibia_is_a_country_and_not_an_empty_cell():
    (one,) = READER.read(catalog(Books=[item("NA-1", countries=["ZA", "NA"])])).items
    assert one.countries == ("NA", "ZA")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (item("A", -5), "not a whole number above zero"),
        (item("A", denomination=0), "not a whole number above zero"),
        (item("A", denomination="50.00"), "not a whole number above zero"),
        (item("A", denomination=50.5), "not a whole number above zero"),
        (item("A", denomination=True), "not a whole number above zero"),
        (item("A", denomination="9" * 30), "not a whole number above zero"),
        (item("A", denomination="٥٠"), "not a whole number above zero"),
        (a_range("A", 900, 500), "lowest amount 900 is above its highest 500"),
        (a_range("A", 110, 190), "No whole amount lies between"),
        (item("A", currency_code="XXQ"), "which is none"),
        (item("A", currency_code=["USD"]), "which is none"),
        (item("A", countries=[]), "names no country"),
        (item("A", countries="US"), "names no country"),
        (item("A", countries=["usa"]), "is no country of two capital letters"),
        (item("A", countries=[None]), "is no country of two capital letters"),
        (item("A", available="yes"), "not true or false"),
        (item("A", type="voucher"), "not reward or donation"),
        (item("A", type=["reward"]), "not reward or donation"),
        (item("A", is_variable=None), "not true or false"),
        (item("GOOD"), "same sku"),
        (item(""), "no usable sku"),
        (item("A B"), "no usable sku"),
        ("not an item", "no JSON object"),
        (None, "no JSON object"),
    ],
)
def test_an_item_that_cannot_be_used_is_refused_and_named(told, reason):
    assert reason in refusal_of(told)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        catalog(Books=[item("A")])[:-40],
        b"[]",
        b'"brands"',
        b'{"success": false, "brands": []}',
        b'{"success": true, "brands": {}}',
        b'{"success": true, "brands": [NaN]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"success": true, "brands": ' + b"9" * 6_000 + b"}",
        json.dumps({"brands": [{"brandKey": "B1", "items": []}]}).encode(),
    ],
)
def test_what_is_no_catalog_is_refused_as_a_whole(answer):
    with pytest.raises(BadAnswer):
        READER.read(answer)


def test_a_brand_of_the_wrong_shape_costs_only_itself():
    told = json.loads(catalog(Books=[item("A")]))
    told["brands"] += [7, {"description": "No list"}, {"rewards": []}, {"description": "Books"}]
    found = READER.read(json.dumps(told).encode())
    assert [brand.name for brand in found.brands] == ["Books"]
    assert len(found.refusals) == 4


def test_unknown_fields_are_passed_over():
    told = json.loads(catalog(Books=[item("A", color="red")]))
    told["brands"][0]["mood"] = {"deep": [1]}
    assert len(READER.read(json.dumps({**told, "extra": 1}).encode()).items) == 1


def test_markup_becomes_words_and_what_turns_text_around_is_dropped():
    told = json.loads(catalog(Books=[item("A", description="\u202eevil\u202c \x07card \u200b!")]))
    told["brands"][0] |= {
        "terms": "<p>Use <b>once</b>.</p><script>alert(1)</script><li>1 &lt; 2",
        "description": "ספרים",
    }
    (brand,) = READER.read(json.dumps(told).encode()).brands
    assert brand.name == "ספרים"
    assert brand.terms == "Use once.\n1 < 2"
    assert brand.items[0].name == "evil card !"


@pytest.mark.parametrize(
    "never_ended", ["<a ", "<!--", "<a b='", "</", "<?", "<![CDATA[", "<!-- >", "<a b='>"]
)
def test_the_parser_never_looks_through_all_the_rest_for_the_end_of_a_tag(never_ended, monkeypatch):
    """For each tag without an end it would: minutes for a hundred kilobytes of them."""
    fed, feed = [], HTMLParser.feed
    monkeypatch.setattr(HTMLParser, "feed", lambda self, told: (fed.append(told), feed(self, told)))
    assert plain("Use once. " + never_ended * 500, 40).startswith("Use once.")
    (told,) = fed
    assert told.count("<") == len(re.findall(r"<[A-Za-z/][^<>]*>", told))


def test_comments_are_no_words_and_a_lone_sign_is_one():
    told = "<!DOCTYPE html>From 5 < 10 <!-- <b>not</b> <!-- this --> & <i>up</i> <!-- nor this"
    assert plain(told, 80) == "From 5 < 10 & up"


def test_an_answer_of_nothing_but_rubbish_is_refused_as_a_whole():
    told = json.loads(catalog(Books=[item("A")]))
    told["brands"][0]["rewards"] += [0] * MOST_REFUSED
    assert len(READER.read(json.dumps(told).encode()).refusals) == MOST_REFUSED
    told["brands"][0]["rewards"].append(0)
    with pytest.raises(BadAnswer, match="More than 20,000 things"):
        READER.read(json.dumps(told).encode())


def test_only_rates_of_currencies_are_kept():
    told = json.loads(catalog(Books=[item("A")]))
    told["xrates"] = {"rates": {"EUR": "0.9", "\0": "1", "\ud800": "1", "x" * 99: "1", "JPY": "-1"}}
    assert list(READER.read(json.dumps(told).encode()).rates) == ["EUR"]


def test_what_an_item_can_do_survives_being_stored():
    able = Capabilities(can_cancel=True, returns_link=True, claim_days=90)
    assert Capabilities.from_stored(able.as_stored() | {"later": True}) == able
    assert able.words() == ["Comes as a link", "Can be canceled", "To be claimed within 90 days"]
