"""Syncs by the clock, and the steps of one."""

import logging

from catalog.providers import runner
from catalog.providers.operations import syncing, taking
from catalog.providers.queries import brands_of, due_providers
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import job

log = logging.getLogger(__name__)


@job("providers.sync_due", cron="35 * * * *")
def sync_due() -> None:
    """Each hour: pick up what a worker left, then begin the syncs whose time has come."""
    at = clock.now()
    with transaction():
        syncing.pick_up_lost(at=at)
    for provider_id in due_providers(at=at):
        try:
            with transaction():
                syncing.begin_sync(Actor.system(), provider_id, at=at)
        except DomainError as refusal:
            log.info("Provider %s was not asked: %s", provider_id, refusal.message)


@job("providers.fetch")
def fetch(sync_id: int) -> None:
    """Ask the provider and keep its answer."""
    runner.fetch_catalog(sync_id)


@job("providers.apply")
def apply(sync_id: int) -> None:
    """Take over what was read."""
    runner.take_over(sync_id)


@job("providers.reprice")
def reprice(provider_id: int) -> None:
    """Bring prices in line with a changed rule, a brand at a time."""
    brand_ids = brands_of(provider_id)
    session().close()
    for brand_id in brand_ids:
        with transaction():
            taking.reprice(provider_id, brand_id, at=clock.now())
