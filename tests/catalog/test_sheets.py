"""The catalog goes out as a sheet and comes back: what nobody changed stays as it is."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from xlsxwriter.utility import xl_col_to_name

from catalog import operations, queries
from catalog.margins.operations import Cost, set_cost
from catalog.models import Reward
from catalog.operations import NewPrice, RewardText
from catalog.return_terms import CancelUntil, Decider
from catalog.sheets.cli import export_catalog, import_catalog
from catalog.sheets.columns import COLUMNS
from catalog.states import AudienceAttribute, LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Department
from tests.support.catalog import (
    add_variant,
    draft_reward,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.transactions import in_transaction

ENDINGS = ("csv", "xlsx")
DECEMBER, NEW_YEAR = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, 9, 30, tzinfo=UTC)
OTHER_PRICES = (
    NewPrice(points=9_000, valid_from=DECEMBER, valid_until=NEW_YEAR),
    NewPrice(points=11_000, country="PT"),
    NewPrice(points=None, country="PT", valid_from=NEW_YEAR),
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def export(folder, ending="csv"):
    path = folder / f"catalog.{ending}"
    said = CliRunner().invoke(export_catalog, [str(path)])
    assert said.exit_code == 0, said.output
    session().close()
    return path


def take_in(path, *options):
    said = CliRunner().invoke(import_catalog, [str(path), *options])
    session().close()
    return said


def counts(said):
    """How many of each kind the import said, without the zeros."""
    assert said.exit_code == 0, (said.output, said.exception)
    line = next(one for one in said.output.splitlines() if one.startswith(("Imported", "Would")))
    parts = line.split(":" if "Imported" in line else "be", 1)[1].strip().rstrip(".").split(", ")
    pairs = (part.split(" ", 1) for part in parts if not part.startswith("0 "))
    return {words.split(".")[0]: int(number.replace(",", "")) for number, words in pairs}


def cells(path):
    return list(csv.DictReader(StringIO(path.read_text("utf-8-sig"))))


def rewrite(path, change):
    rows = cells(path)
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def audits():
    session().close()
    return session().query(AuditEntry).filter(AuditEntry.action.like("catalog.%")).count()


def put_catalog(at):
    """A shop with one of everything a column can hold; the backpack's offer."""
    backpack = stock_reward(
        "=Trail & “pack”, 24 L",
        capacity=7,
        story="One line.\r\n-Two lines; with a semicolon.",
        included=["A strap", "+1 cover"],
        terms="@home only",
        limit_per_person=2,
        limit_period=LimitPeriod.QUARTER,
        cancel_until=CancelUntil.PREPARATION,
        return_days=0,
        return_percent=85,
        return_condition="-unworn",
        returns_decided_by=Decider.ITSELF,
        is_featured=True,
        visible_from=at,
        visible_until=datetime(2027, 5, 1, 9, 30, 15, tzinfo=at.tzinfo),
    )
    card = stock_gift_card(capacity=3)
    stock_lisbon_trip()
    euros = {"cash_minor": 1_000, "currency": "EUR"}
    kitchen = draft_reward("Warm kitchen")
    add_variant(kitchen, "€10 to €50", 1_000, range_to_minor=5_000, step_minor=500, **euros)
    shirt = draft_reward("Team shirt", approver_note="Sales only, please.")
    add_variant(shirt, "M, Blue", 2_000, attributes={"Size": "M", "Color": "Blue"})
    add_variant(draft_reward("Winter box"), "'Large", 9_900, cash_minor=1_000, currency="JPY")
    draft_reward("Bare idea")

    def work():
        session().add(Department(name="Sales; North", name_key="sales; north"))
        session().flush()
        marketing = Department(name="Field marketing", name_key="field marketing")
        session().add(marketing)
        session().flush()
        rules = {
            AudienceAttribute.DEPARTMENT: [str(marketing.id)],
            AudienceAttribute.COUNTRY: ["PT", "DE"],
            AudienceAttribute.ROLE: ["finance"],
            AudienceAttribute.TENURE_MONTHS: ["12"],
        }
        operations.open_to(rules, reward_id=backpack.reward_id, at=at)
        for price in OTHER_PRICES:
            operations.plan_price(Actor.system(), card.variant_id, price, at=at)
        set_cost(Actor.system(), backpack.variant_id, Cost(6_050, None, "EUR"), at=at)

    in_transaction(work)
    session().close()
    return backpack


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_goes_out_comes_back_and_changes_nothing(folder, at, ending):
    put_catalog(at)
    path, before = export(folder, ending), audits()
    assert counts(take_in(path)) == {"unchanged": 6}
    assert audits() == before


def test_an_export_makes_the_same_catalog_again_elsewhere(folder, at):
    put_catalog(at)
    path = export(folder)
    told = cells(path)

    def as_a_copy(row):
        row.update({"Reward": f"{row['Reward']}-2", "Stock number": "", "State": ""})

    rewrite(path, as_a_copy)
    assert counts(take_in(path)) == {"new rewards": 7, "new rows": 6}
    copies = [row for row in cells(export(folder)) if row["Reward"].endswith("-2")]
    for row in (*told, *copies):
        row.update({"Stock number": "", "State": "", "Reward": row["Reward"].removesuffix("-2")})
    assert copies == told


def test_priya_adds_up_the_money_of_an_exported_spreadsheet(folder, at):
    put_catalog(at)
    with ZipFile(export(folder, "xlsx")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    columns = {name: xl_col_to_name(list(COLUMNS).index(name)) for name in ("cash", "cost")}
    numbers = {
        name: re.findall(rf'<c r="{column}\d+"(?: s="\d+")?><v>(.+?)</v>', sheet)
        for name, column in columns.items()
    }
    assert numbers == {"cash": ["50.00", "480.00", "10.00", "1000"], "cost": ["60.50"]}


def test_one_price_edited_is_one_price_changed(folder, maya, at):
    card = stock_gift_card()
    stock_reward()
    path, before = export(folder), audits()

    def dearer(row):
        if row["Stock number"] == card.sku:
            row["Points"] = "5500"

    rewrite(path, dearer)
    dry = take_in(path, "--dry-run")
    assert counts(dry) == {"rows changed": 1, "new prices": 1, "unchanged": 1}
    assert "Now “5000”; it would become “5500”" in dry.output
    assert audits() == before
    assert counts(take_in(path)) == {"rows changed": 1, "new prices": 1, "unchanged": 1}
    assert queries.offer(maya, card.variant_id, at=at).points == 5_500
    assert audits() == before + 1
    assert counts(take_in(path)) == {"unchanged": 2}


NEW = """Reward,Name,Kind,Tier,State,Summary,Label,Points,In all,Cost,Cost currency,Departments
,Trail mug,merchandise,Starter,published,Keeps tea hot.,Blue,1800,40,12.5,eur,field MARKETING
,Trail mug,merchandise,starter,published,Keeps tea hot.,Green,1900,,,,Field marketing
"""


def test_new_rewards_come_in_with_their_rows_and_again_change_nothing(folder, priya, at):
    put_catalog(at)
    path = folder / "new.csv"
    path.write_text(NEW)
    assert counts(take_in(path)) == {"new rewards": 1, "new rows": 2}
    page = queries.reward_editor("trail-mug", at=at)
    assert page.state.value == "published"
    assert [(v.label, v.points, v.capacity) for v in page.variants] == [
        ("Blue", 1_800, 40),
        ("Green", 1_900, None),
    ]
    assert counts(take_in(path)) == {"unchanged": 2}


def test_a_reward_with_two_rows_is_put_on_the_shelf_once(folder, at, statements):
    put_catalog(at)
    path = folder / "new.csv"
    path.write_text(NEW)
    with statements() as sent:
        assert counts(take_in(path)) == {"new rewards": 1, "new rows": 2}
    assert sum("INTO shelf_entries" in one for one in sent) == 1
    assert sum("INTO reward_index" in one for one in sent) == 1


def test_columns_the_file_does_not_have_stay_as_they_are(folder, at):
    backpack = put_catalog(at)
    path = folder / "stock.csv"
    path.write_text(f"Stock number,In all,Shelf\n{backpack.sku},12,A4\n")
    said = take_in(path)
    assert counts(said) == {"rows changed": 1, "new numbers in stock": 1}
    assert "“Shelf”: This column is not read" in said.output
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.variants[0].capacity, page.is_featured) == (12, True)
    moves = queries.stock_movements(backpack.variant_id)
    assert moves[0].reason.startswith("Import ")


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("Stock number,Points", "{sku},free", "points “free”"),
        ("Stock number,In all", "{sku},2", "3 are set aside or gone already"),
        ("Stock number,Cost", "{sku},12.50", "The currency of this amount is missing"),
        ("Stock number,Cost,Cost currency", "{sku},12.505,EUR", "too many decimals"),
        ("Stock number,Kind", "{sku},badge", "What a reward is stays"),
        ("Stock number,Tier", "{sku},Royal", "Enter: One of: Starter"),
        ("Stock number,Departments", "{sku},Nowhere", "This is not known here"),
        ("Stock number,State", "{sku},draft", "The reward is published"),
        ("Stock number,Offered until", "{sku},soon", "2026-12-01 09:30"),
        ("Stock number,Leaves on", "{sku},2027-01-01", "stay as they are"),
        ("Stock number,Reward", "{sku},another", "belongs to the reward trail-backpack"),
        ("Name,Label,Points", "Fresh,One,5", "what is new needs it"),
        ("Name,Kind,Tier,Label", "Fresh,badge,Starter,One", "what is new needs it"),
        ("Reward,Name,Kind,Tier", "Not An Address,A,badge,Starter", "can't be the address"),
        ("Reward,Name,Kind,Tier", "report,A,badge,Starter", "can't be the address"),
        ("Stock number,On sale", "{sku},maybe", "Enter one of: yes, no"),
    ],
)
def test_a_row_in_error_is_named_with_what_to_enter(folder, at, header, row, said):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 3, at=at)
    path, before = folder / "bad.csv", audits()
    path.write_text(f"{header}\n{row.format(sku=backpack.sku)}\n")
    answer = take_in(path)
    assert answer.exit_code != 0
    assert "line 2" in answer.output
    assert said in answer.output
    assert audits() == before


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("On sale", "no", "Nothing of this reward would be on sale"),
        ("Offered until", "2001-01-01", "This end is over already"),
        ("Other prices", "4 from 2001-01-01", "This price would begin in the past"),
        ("Other prices", "4 until 2001-01-01", "This price would end before it begins"),
        ("Other prices", "4", "“4” is the price of today"),
        ("Other prices", "none until 2027-01-01", "This names none"),
        ("Other prices", "4 PRT", "“4 PRT” is no such price"),
        ("Other prices", "4 from 2026-13-01", "“2026-13-01” is no such moment"),
        ("Size and color", "Blue", "This names none"),
        ("Highest value", "50", "The currency of this amount is missing"),
    ],
)
def test_what_can_not_be_is_named_in_the_dry_run_already(folder, at, heading, cell, said):
    stock_reward(capacity=5)
    path = folder / "late.csv"
    path.write_text(
        f"Reward,Kind,Name,Tier,State,Label,Points,Summary,{heading}\n"
        "good,badge,Good,Starter,draft,One,5,Fine.,\n"
        f"late,badge,Late,Starter,published,One,5,Fine.,{cell}\n"
    )
    for answer in (take_in(path, "--dry-run"), take_in(path)):
        assert "line 3, " in answer.output
        assert said in answer.output
    assert answer.exit_code != 0
    assert session().scalar(sa.select(Reward.id).where(Reward.slug == "good")) is None


def test_prices_for_later_and_for_portugal_come_in_once(folder, at):
    card = stock_gift_card(points=10_000)
    path = folder / "prices.csv"
    sale = "9000 from 2026-12-01 until 2026-12-24"
    path.write_text(f"Stock number,Other prices\n{card.sku},11000 pt; {sale}\n")
    said = take_in(path, "--dry-run").output
    assert f"Now nothing; it would become “11000 PT; {sale}”." in said
    assert counts(take_in(path)) == {"rows changed": 1}
    assert cells(export(folder))[0]["Other prices"] == f"{sale}; 11000 PT"
    assert counts(take_in(path)) == {"unchanged": 1}
    path.write_text(f"Stock number,Other prices\n{card.sku},none PT\n")
    assert counts(take_in(path)) == {"rows changed": 1}
    assert cells(export(folder))[0]["Other prices"] == sale


def test_a_running_sale_says_what_the_card_costs_afterwards(folder, at):
    card, until = stock_gift_card(points=10_000), at + timedelta(days=3)
    with transaction():
        sale = NewPrice(points=8_000, valid_until=until)
        operations.plan_price(Actor.system(), card.variant_id, sale, at=at)
    row = cells(export(folder))[0]
    assert row["Points"] == "8000"
    assert row["Other prices"].startswith(f"10000 from {until:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("cells_", "said"),
    [
        ("10,45,10", "Steps of 10.00 from 10.00 don't reach 45.00"),
        ("10,5,5", "don't reach"),
        ("10,50,", "A range needs its lowest and highest value and its steps"),
        ("10,50,0", "don't reach"),
        (",50,10", "A range needs"),
    ],
)
def test_a_range_that_can_not_be_is_named(folder, at, cells_, said):
    card = stock_gift_card()
    path = folder / "range.csv"
    path.write_text(
        "Reward,Label,Points,Value currency,Value,Highest value,Steps\n"
        f"{card.slug},Any,1000,EUR,{cells_}\n"
    )
    assert said in take_in(path, "--dry-run").output


def test_a_range_comes_in_and_one_amount_stays_one(folder, at):
    card = stock_gift_card()
    path = folder / "range.csv"
    path.write_text(
        "Reward,Label,Points,Value currency,Value,Highest value,Steps\n"
        f"{card.slug},Any amount,1000,EUR,10,50,5\n"
    )
    assert counts(take_in(path)) == {"new rows": 1}
    [new] = [one for one in cells(export(folder)) if one["Label"] == "Any amount"]
    assert (new["Value"], new["Highest value"], new["Steps"]) == ("10.00", "50.00", "5.00")
    path.write_text(f"Stock number,Value currency,Highest value,Steps\n{card.sku},EUR,500,10\n")
    assert "This is one amount and stays one" in take_in(path, "--dry-run").output


def test_another_lowest_amount_of_a_range_is_refused_before_anything_is_taken_in(folder, at):
    reward_id = draft_reward("Warm kitchen")
    euros = {"cash_minor": 1_000, "currency": "EUR"}
    add_variant(reward_id, "€10 to €50", 1_000, range_to_minor=5_000, step_minor=500, **euros)
    path = export(folder)
    rewrite(path, lambda row: row.update({"Value": "20.00"}))
    said = take_in(path, "--dry-run").output
    assert "The amounts of a range stay." in said
    assert "As they are, 10.00 to 50.00 EUR by 5.00, or a new row." in said


def test_two_rows_that_disagree_about_their_reward_are_named(folder, at):
    put_catalog(at)
    path = folder / "two.csv"
    path.write_text(
        NEW.replace("Green,1900", "Blue,1900").replace(
            "published,Keeps tea hot.,Blue,1900", "published,Keeps it cold.,Green,1900"
        )
    )
    said = take_in(path, "--dry-run")
    assert "line 3, summary “Keeps it cold.”: Line 2 says something else" in said.output


def test_the_same_row_twice_is_named(folder, at):
    backpack = stock_reward()
    path = folder / "twice.csv"
    path.write_text(f"Stock number,Points\n{backpack.sku},5\n{backpack.sku},6\n")
    assert "Line 2 is the same amount, size or date" in take_in(path, "--dry-run").output


def test_a_file_that_names_no_reward_is_refused(folder, at):
    path = folder / "none.csv"
    path.write_text("Label,Points\nBlue,5\n")
    answer = take_in(path)
    assert answer.exit_code != 0
    assert "no column that names its rewards" in str(answer.exception)


def test_a_new_departure_comes_in_with_its_dates(folder, at):
    trip = stock_lisbon_trip()
    path = folder / "trip.csv"
    path.write_text(
        "Reward,Label,Points,Leaves on,Back on,Ask until,Place\n"
        f"{trip.slug},June,50000,2027-06-10,2027-06-13,2027-04-01,Lisbon\n"
        f"{trip.slug},July,50000,2027-07-10,2027-07-09,2027-04-01,Lisbon\n"
    )
    said = take_in(path, "--skip-errors")
    assert "These dates don't follow each other" in said.output
    variants = queries.reward_editor(trip.slug, at=at).variants
    assert [(v.label, v.starts_on) for v in variants][1:] == [("June", date(2027, 6, 10))]


def test_formulas_leave_as_text(folder, at):
    put_catalog(at)
    text = export(folder).read_text("utf-8-sig")
    assert "'=Trail & “pack”" in text
    assert "\n=Trail" not in text
    assert "'@home only" in text


def test_words_changed_by_hand_meanwhile_are_compared_anew_on_import(folder, priya, at):
    backpack = stock_reward()
    path = export(folder)
    words = RewardText(name="Trail backpack", tier_slug="starter", summary="Lighter now.")
    with transaction():
        operations.rewrite_reward(priya, backpack.reward_id, words, at=at)
    said = take_in(path)
    assert counts(said) == {"rewards changed": 1}
    page = queries.reward_editor(backpack.slug, at=at)
    assert (page.summary, page.tier_slug) == ("Trail backpack, ready to go.", "explorer")
