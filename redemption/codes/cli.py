"""`bin/laurel codes …`: codes bought in bulk. A code is never printed."""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from catalog.operations import variant_id_of
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.commands import WholeNumber
from marketplace.kernel.db import transaction
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor
from marketplace.kernel.tabular import write_csv
from marketplace.web.filters import day, money
from redemption.codes.operations.batches import Upload, check_file
from redemption.codes.operations.loading import load_batch, withdraw_batch
from redemption.codes.operations.pools import open_pool, set_terms
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import answer_works
from redemption.codes.policies import Purchase, Terms
from redemption.codes.queries import batches, pools, waiting
from redemption.codes.reading import HEADINGS, Manner
from redemption.codes.sheets import CLAIM_COLUMNS, CODE_COLUMNS, claim_cells, code_cells
from redemption.vouchers.giving_back import give_voucher_back

_LOW = click.option(
    "--low", "low_at", type=WholeNumber(0, 100_000), default=10, show_default=True,
    help="Raise the alarm when so many are left.",
)  # fmt: skip
_GUARD = click.option(
    "--guard", "guard_days", type=WholeNumber(0, 366), default=14, show_default=True,
    help="Hand out no code that ends within so many days.",
)  # fmt: skip
_HOW = click.option("--how", default="", help="How to use a code; people read it beside theirs.")


@click.group("codes")
def codes_cli() -> None:
    """Codes in stock: gift codes bought in bulk, each handed out once."""


@codes_cli.command("list")
def list_pools() -> None:
    """What is fed by codes, how many are left and how long they last."""
    rows = pools.pool_rows(at=clock.now())
    for row in rows:
        lasts = row.forecast.days_left
        more = f", {lasts:,} days at this pace" if lasts is not None else ""
        waits = f", {row.waiting:,} wait" if row.waiting else ""
        click.echo(
            f"{row.sku}  {row.title}: {row.available:,} to ask for, {row.free:,} in stock, "
            f"{row.issued:,} handed out, {row.expired:,} too old, {row.bad:,} bad{more}{waits}"
        )
    click.echo(f"{len(rows)} fed by codes.")


@codes_cli.command("open")
@click.argument("sku")
@_LOW
@_GUARD
@_HOW
def open_one(sku: str, **terms: Any) -> None:
    """Feed the variant SKU by codes from now on; its stock is counted by them."""
    with transaction():
        open_pool(Actor.system(), variant_id_of(sku), Terms(**terms), at=clock.now())
    click.echo(f"{sku} is fed by codes. Load some with: bin/laurel codes load {sku} FILE")


@codes_cli.command("set")
@click.argument("sku")
@_LOW
@_GUARD
@_HOW
def set_one(sku: str, **terms: Any) -> None:
    """Look after the codes of SKU in another way."""
    with transaction():
        set_terms(Actor.system(), pools.pool_id_of(sku), Terms(**terms), at=clock.now())
    click.echo(f"{sku}: saved.")


@codes_cli.command("load")
@click.argument("sku")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--supplier", default="", help="Who sold the codes.")
@click.option("--reference", default="", help="For example the number of the invoice.")
@click.option("--cost", help="What you paid for one, for example 14.25.")
@click.option("--currency", help="The currency of the cost.")
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADING",
    help="Another heading: code, pin, value, currency or valid_until.",
)  # fmt: skip
@click.option("--dates", help="How dates are written, for example DD.MM.YYYY.")
@click.option("--no-header", is_flag=True, help="The first row is a code already.")
@click.option("--skip-errors", is_flag=True, help="Load the good rows of a file with errors.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def load(sku: str, file: Path, *, skip_errors: bool, dry_run: bool, **given: Any) -> None:
    """Load the codes of FILE for SKU. The same file again changes nothing."""
    pool_id, at = pools.pool_id_of(sku), clock.now()
    manner, purchase = _manner(given), _purchase(given)
    with transaction(undo=dry_run), file.open("rb") as stream:
        upload = Upload(file_name=file.name, file=stream, manner=manner, purchase=purchase)
        batch_id = check_file(Actor.system(), pool_id, upload, at=at)
        page = batches.batch_page(batch_id)
        _say_problems(page)
        if page.bad_rows and not (skip_errors or dry_run):
            words = f"{page.bad_rows:,} rows can't be loaded. Correct them, or add --skip-errors."
            raise click.ClickException(f"{words} Nothing was changed.")
        loaded = load_batch(Actor.system(), batch_id, at=at)
    known = f", {page.known_rows:,} came before" if page.known_rows else ""
    bad = f", {page.bad_rows:,} can't be loaded" if page.bad_rows else ""
    click.echo(f"{'Would load' if dry_run else 'Loaded'} {loaded:,} codes{known}{bad}.")


def _say_problems(page: batches.BatchPage) -> None:
    for one in page.problems:
        ends = f" (ends in {one.tail})" if one.tail else ""
        click.echo(f"line {one.line}{ends}: {one.words}", err=True)


def _manner(given: dict[str, Any]) -> Manner:
    named: dict[str, str] = {}
    for text in given["columns"]:
        name, is_pair, heading = text.partition("=")
        if not is_pair or name not in HEADINGS or not heading.strip():
            known = ", ".join(HEADINGS)
            raise click.BadParameter(f"Write FIELD=HEADING with one of {known}.")
        named[name] = heading.strip()
    dates = (given["dates"],) if given["dates"] else ()
    return Manner(headings=named, has_header=not given["no_header"], dates=dates)


def _purchase(given: dict[str, Any]) -> Purchase:
    cost, currency = given["cost"], (given["currency"] or "").upper()
    if cost and not currency:
        raise click.BadParameter("Say in which currency the cost is, with --currency.")
    try:
        minor = parse_minor(cost, PLAIN, currency) if cost else None
    except CannotRead as why:
        raise click.BadParameter(f"--cost: {why.enter}") from why
    return Purchase(
        unit_cost_minor=minor,
        cost_currency=currency if cost else None,
        supplier=given["supplier"],
        reference=given["reference"],
    )


@codes_cli.command("files")
@click.argument("sku")
def files(sku: str) -> None:
    """List the files that were loaded for SKU."""
    for row in batches.batch_rows(pools.pool_id_of(sku)):
        cost = ""
        if row.unit_cost_minor is not None and row.cost_currency:
            cost = f", {money(row.unit_cost_minor, row.cost_currency)} each"
        click.echo(
            f"{row.id}  {row.file_name}  {row.state.label}, {day(row.at)}, {row.who}: "
            f"{row.good_rows:,} codes, {row.in_stock:,} in stock{cost}"
        )


@codes_cli.command("withdraw")
@click.argument("batch_id", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; it stands in the history of the stock.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def withdraw(batch_id: int, *, reason: str, dry_run: bool) -> None:
    """Take what is still in stock of the file BATCH_ID out of it."""
    with transaction(undo=dry_run):
        gone = withdraw_batch(Actor.system(), batch_id, reason=reason, at=clock.now())
    click.echo(f"{'Would withdraw' if dry_run else 'Withdrawn'}: {gone:,} codes.")


@codes_cli.command("export")
@click.argument("sku")
def export(sku: str) -> None:
    """Write every code of SKU with where it is as CSV; never the code itself."""
    rows = batches.codes_of_pool(pools.pool_id_of(sku))
    _write(map(code_cells, rows), CODE_COLUMNS)


@codes_cli.command("claims")
@click.argument("sku")
def claims(sku: str) -> None:
    """Write the codes of SKU that do not work as CSV, for whoever sold them."""
    rows = batches.claim_rows(pools.pool_id_of(sku))
    _write(map(claim_cells, rows), CLAIM_COLUMNS)


def _write(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> None:
    for piece in write_csv(rows, columns):
        click.echo(piece, nl=False)


@codes_cli.command("reports")
@click.argument("sku")
def reports(sku: str) -> None:
    """List the codes of SKU that people say do not work."""
    rows = waiting.open_reports(pools.pool_id_of(sku))
    for row in rows:
        click.echo(f"{row.id}  …{row.last4}  {row.who} ({row.reference}): {row.words}")
    click.echo(f"{len(rows)} to look into.")


@codes_cli.command("replace")
@click.argument("report_id", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="What you found; the supplier reads it.")
def replace(report_id: int, *, reason: str) -> None:
    """Give another code for the report REPORT_ID; the bad one is never handed out again."""
    row = waiting.report_row(report_id)
    with transaction():
        key = secrets.token_urlsafe(18)
        kept = replace_reported(Actor.system(), report_id, reason, request_key=key, at=clock.now())
    follows = "has another code" if kept != row.voucher_id else "gets the next code that comes"
    click.echo(f"{row.who} {follows}. …{row.last4} is marked as bad.")


@codes_cli.command("give-back")
@click.argument("report_id", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; the person reads it word for word.")
def give_back(report_id: int, *, reason: str) -> None:
    """Give the points of the one card back that the report REPORT_ID is about."""
    row = waiting.report_row(report_id)
    with transaction():
        key, at = secrets.token_urlsafe(18), clock.now()
        points = give_voucher_back(Actor.system(), row.voucher_id, reason, request_key=key, at=at)
    click.echo(f"{points:,} points are back with {row.who}. …{row.last4} counts no more.")


@codes_cli.command("answer")
@click.argument("report_id", type=click.IntRange(min=1))
@click.option("--words", required=True, help="How to use it; the person reads it word for word.")
def answer(report_id: int, *, words: str) -> None:
    """Say that the code of the report REPORT_ID does work."""
    row = waiting.report_row(report_id)
    with transaction():
        key = secrets.token_urlsafe(18)
        answer_works(Actor.system(), report_id, words, request_key=key, at=clock.now())
    click.echo(f"{row.who} gets a letter and keeps the code.")
