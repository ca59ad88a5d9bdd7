"""Work for later around travel data: each night what is over goes, and what it left behind."""

from contextlib import suppress
from datetime import date, datetime

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from marketplace.kernel.wiping import forget_deleted
from marketplace.kernel.wrapping import wrapping_key_id
from redemption.travel.vault import queries
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.operations.forgetting import delete_due
from redemption.travel.vault.operations.rotating import wrap_anew

TABLES = ("vault_subjects", "vault_entries")


@job("vault.delete", cron="20 2 * * *")
def delete() -> None:
    """Each night: delete what is over, and let go of what was deleted since the last."""
    delete_all_due(at=clock.now())
    forget_deleted(*TABLES)


def delete_all_due(*, at: datetime) -> int:
    """Delete what is over of everyone; of how many people something was."""
    done = 0
    while ids := _due(at.date()):
        for_each(ids, lambda subject_id: _delete_one(subject_id, at))
        done += len(ids)
    return done


def _due(day: date) -> list[int]:
    found = queries.due_on(day)
    session().close()
    return found


def _delete_one(subject_id: int, at: datetime) -> None:
    with suppress(NoTraveler), transaction():  # erased since it was found
        delete_due(subject_id, at=at)


@job("vault.forget")
def forget() -> None:
    """Let go of what somebody erased."""
    forget_deleted(*TABLES)


def wrap_all_anew(actor: Actor, *, at: datetime) -> int:
    """Wrap every key by what wraps now, each in a transaction of its own; how many it were."""
    ids = queries.wrapped_otherwise(wrapping_key_id())
    session().close()
    done = 0
    for subject_id in ids:
        with transaction():
            done += wrap_anew(actor, subject_id, at=at)
    forget_deleted(*TABLES)
    return done
