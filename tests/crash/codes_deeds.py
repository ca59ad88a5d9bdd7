"""Deeds around codes in stock as commands, so that a process of its own can be killed at them."""

import click

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.people.queries import actor_of
from redemption.codes.cli import codes_cli
from redemption.operations.ending import cancel_redemption


def add_commands() -> None:
    """Let `bin/laurel codes` do what otherwise a worker or a page does."""
    codes_cli.add_command(click.Command("fulfill", params=_number("line_id"), callback=_fulfill))
    codes_cli.add_command(click.Command("follow", params=_number("line_id"), callback=_follow))
    take = [*_number("employee_id"), click.Argument(["reference"])]
    codes_cli.add_command(click.Command("take-back", params=take, callback=_take_back))


def _number(name: str) -> list[click.Parameter]:
    return [click.Argument([name], type=int)]


def _fulfill(line_id: int) -> None:
    run_handler("redemption.fulfill", {"line_id": line_id})


def _follow(line_id: int) -> None:
    run_handler("codes.follow_up", {"line_id": line_id})


def _take_back(employee_id: int, reference: str) -> None:
    with transaction():
        cancel_redemption(actor_of(employee_id), reference, request_key="crash-key", at=clock.now())
