"""Files of the agency for the tests, sent, looked over and agreed to, and not yet taken in."""

import io

from catalog.models import Variant
from marketplace.access.actor import Actor
from marketplace.imports import operations as imports
from marketplace.imports import runner
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.travel.desk.tickets.importer import ConfirmationsImporter, TicketsImporter

PROFILES = {one.kind: one.example.profile for one in (TicketsImporter, ConfirmationsImporter)}
HEAD = "Traveler,Way,Flight,From,To,Date,Departs,Arrives,Locator,Name on ticket,Ticket\n"
ROW = "{who},{way},LH1170,FRA,LIS,2027-05-13,{at},11:05,K7QX2M,OSEI/BEN MR,220-1\n"


def checked(planner: Actor, variant_id: int, text: str, *, kind="tickets", **options) -> int:
    """Send a file and look it over; the number of the import."""
    sku = session().get_one(Variant, variant_id).sku
    given = imports.Upload(
        kind=kind, file_name="file.csv", file=io.BytesIO(text.encode()),
        profile_name="Agency", profile_toml=PROFILES[kind], options={"departure": sku, **options},
    )  # fmt: skip
    session().close()
    with transaction():
        run_id = imports.upload(given, actor=planner, at=clock.now())
    runner.check_run(run_id)
    session().close()
    return run_id


def agree_to(planner: Actor, run_id: int, *, skip: bool = False) -> None:
    """Say that it may be taken in."""
    with transaction():
        imports.approve(run_id, skip_errors=skip, actor=planner, at=clock.now())
    session().close()
