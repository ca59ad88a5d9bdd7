"""Travel data of a few people on the first trip of the story; every value is invented."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.operations.agreeing import agree
from redemption.travel.vault.operations.keeping import keep_until, put
from redemption.travel.vault.operations.reading import reveal
from redemption.travel.vault.operations.subjects import new_guest, subject_for
from redemption.travel.vault.states import Purpose, VaultField

TRIP = "Northern lights, Tromsø"
TRAVELERS = Path(__file__).with_name("travel_data.toml")
_DAYS = (VaultField.ISSUED_ON, VaultField.EXPIRES_ON)


def load_travel_data(manager: Actor, people: dict[str, int], *, at: datetime) -> int:
    """Let them enter what their trip needs, and Priya read what she needs; how many travel."""
    variant_id, ends_on = _trip()
    told = tomllib.loads(TRAVELERS.read_text("utf-8"))["traveler"]
    for days, one in enumerate(told, start=2):
        then = at - timedelta(days=days, hours=1)
        who = actor_of(people[one["handle"]]) if "handle" in one else manager
        subject_id = subject_for(who.id, at=then) if "handle" in one else new_guest(at=then)
        keep_until(subject_id, f"departure:{variant_id}", ends_on=ends_on)
        values = _values(one, at.date())
        if any(field.purpose is Purpose.NEEDS for field in values):
            agree(who, subject_id, text_version=CURRENT, at=then)
        put(who, subject_id, values, at=then)
        if reason := one.get("read_for"):
            wanted = [VaultField(name) for name in one["read"]]
            reveal(manager, subject_id, wanted, reason=reason, at=at - timedelta(hours=20))
    return len(told)


def _trip() -> tuple[int, date]:
    found = session().execute(
        sa.select(Departure.variant_id, Departure.ends_on)
        .join(Variant, Variant.id == Departure.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Reward.name == TRIP)
        .order_by(Departure.starts_on)
    )
    variant_id, ends_on = found.first() or (0, date.min)
    return variant_id, ends_on


def _values(told: dict[str, Any], today: date) -> dict[VaultField, str]:
    """What stands in the story; the days of a passport are told in years from today."""
    values = {field: str(told[field.value]) for field in VaultField if field.value in told}
    for field in _DAYS:
        if field in values:
            day = today + timedelta(days=round(float(values[field]) * 365.25))
            values[field] = day.isoformat()
    return values
