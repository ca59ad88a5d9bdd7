"""`bin/laurel people …`: who is here, passwords, roles, files."""

import sys
from datetime import date
from typing import Any

import click

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.imports.console import import_file, takes_a_file
from marketplace.kernel import clock
from marketplace.kernel.commands import DAY
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.people import passwords, queries
from marketplace.people.operations import employment, sign_in
from marketplace.people.policies import password_obstacle

GRANTED = [role.value for role in Role if role is not Role.EMPLOYEE]


@click.group("people")
def people_cli() -> None:
    """People: who works here, what they may do, how they sign in."""


@people_cli.command("import")
@takes_a_file
@click.option("--leavers", is_flag=True, help="Mark people missing from the file as left.")
def import_people(**given: Any) -> None:
    """Import the people of FILE. The same file again changes nothing."""
    import_file("people", **given)


@people_cli.command("list")
@click.option("--text", default="", help="Part of a name or e-mail.")
@click.option("--limit", default=50, show_default=True, help="So many at most.")
def list_people(text: str, limit: int) -> None:
    """List people."""
    for person in queries.people_list(text=text, limit=limit):
        state = "" if person.is_active else "  (left)"
        click.echo(f"{person.external_id:<14}  {person.name}, {person.department}{state}")


@people_cli.command("show")
@click.argument("who")
def show(who: str) -> None:
    """Show the person with the id or e-mail WHO."""
    person = queries.person_named(who)
    roles = ", ".join(role.value for role in queries.roles_of(person.id)) or "employee"
    manager = queries.person(person.manager_id).name if person.manager_id else ""
    facts = {
        "id": person.external_id,
        "name": person.name,
        "e-mail": person.email or "",
        "title": person.title,
        "department": person.department,
        "manager": manager,
        "site": person.site,
        "country": person.country or "",
        "hired": person.hired_on or "",
        "status": "active" if person.is_active else "left",
        "roles": roles,
    }
    for label, value in facts.items():
        click.echo(f"{label:<11} {value}".rstrip())


@people_cli.command("set-password")
@click.argument("who")
def set_password(who: str) -> None:
    """Set the password of WHO, asked for or read from standard input, never from the arguments."""
    person = queries.person_named(who)
    password = _asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if obstacle := password_obstacle(password, name=person.name, email=person.email):
        raise BadInput(obstacle)
    stored = passwords.hash_password(password)
    with transaction():
        ended = sign_in.set_password(person.id, stored, actor_id=None, at=clock.now())
    click.echo(f"{person.name} has a new password. {ended} signed-in browsers were signed out.")


def _asked() -> str:
    return click.prompt("New password", hide_input=True, confirmation_prompt=True)


@people_cli.command("mark-left")
@click.argument("who")
@click.option("--on", "day", type=DAY, help="The last day; today when absent.")
def mark_left(who: str, day: date | None) -> None:
    """Note that WHO has left: signed out at once, points and history stay."""
    person, today = queries.person_named(who), clock.today()
    on = day or today
    if on > today:
        raise BadInput(f"{on} is still to come. Repeat this on that day; nothing was changed.")
    with transaction():
        is_new = employment.mark_left(person.id, on=on, actor=Actor.system(), at=clock.now())
    click.echo(f"{person.name} {'has left now' if is_new else 'had left already'}.")


@people_cli.command("grant-role")
@click.argument("who")
@click.argument("role", type=click.Choice(GRANTED))
def grant_role(who: str, role: str) -> None:
    """Give WHO a role."""
    person = queries.person_named(who)
    with transaction():
        is_new = employment.grant_role(person.id, Role(role), actor=Actor.system(), at=clock.now())
    click.echo(f"{person.name} {'now has' if is_new else 'already had'} the role {role}.")


@people_cli.command("revoke-role")
@click.argument("who")
@click.argument("role", type=click.Choice(GRANTED))
def revoke_role(who: str, role: str) -> None:
    """Take a role from WHO."""
    person = queries.person_named(who)
    with transaction():
        was = employment.revoke_role(person.id, Role(role), actor=Actor.system(), at=clock.now())
    click.echo(f"{person.name} {'no longer has' if was else 'never had'} the role {role}.")
