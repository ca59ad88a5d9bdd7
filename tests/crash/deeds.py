"""What people do, each in a process of its own that may be killed at a named point of it."""

import os

from catalog import queries
from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.imports import runner
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption import jobs
from redemption.operations import submit
from redemption.operations.ending import cancel_redemption
from redemption.travel.after.operations.answering import answer_survey
from tests.support.people import actor
from tests.support.redemption import ask_for

environment = os.environ  # noqa: TID251  these are the tests' own settings, not the product's
DEED, WHO, WHAT = "TESTS_DEED", "TESTS_WHO", "TESTS_WHAT"
KEY = "one-form-and-no-other"


def do() -> None:
    """Do the deed that was named, and end."""
    with create_app().app_context():
        DEEDS[environment[DEED]](int(environment[WHO]), environment[WHAT])
    os._exit(0)


def do_carelessly() -> None:
    """The same, with what was written so far kept at each named point."""
    die = submit.crashpoint

    def keep_and_die(name: str) -> None:
        session().connection().connection.commit()
        die(name)

    submit.crashpoint = keep_and_die
    do()


def ask(who: int, variant: str) -> None:
    """Ask for one of this variant."""
    offer = queries.offer(Actor.system(), int(variant), at=clock.now())
    session().close()
    ask_for(actor(who), offer, key=KEY)


def take_back(who: int, reference: str) -> None:
    """Cancel this request."""
    with transaction():
        cancel_redemption(actor(who), reference, request_key=KEY, at=clock.now())


def say_how_it_was(who: int, reference: str) -> None:
    """Answer what is asked after a trip."""
    with transaction():
        answer_survey(actor(who), reference, {"overall": 9}, at=clock.now())


def take_in(who: int, run_id: str) -> None:
    """Take a file in that was looked over and agreed to, as the job does."""
    runner.import_run(int(run_id), actor=actor(who))


DEEDS = {
    "ask": ask,
    "take back": take_back,
    "expire": lambda _who, _what: jobs.expire(),
    "say how it was": say_how_it_was,
    "take in": take_in,
}
