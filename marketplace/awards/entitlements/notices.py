"""Letters to people who won a reward, or lost it again."""

from datetime import datetime

from marketplace.awards.entitlements.queries import (
    has_somebody_next,
    reward_won,
    what_happened,
    winner_of,
)
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.people.queries import person
from marketplace.web.letters import write_letter


def write_won(entitlement_id: int, *, at: datetime) -> None:
    """Tell somebody that they won a reward, or wait in line for one."""
    won = reward_won(entitlement_id)
    if won.state not in {EntitlementState.ALTERNATE, EntitlementState.GRANTED}:
        return  # given up or withdrawn before the letter went out
    write_letter(
        "reward_won",
        to=person(winner_of(entitlement_id)),
        key=f"reward_won:{entitlement_id}:{won.state}",
        at=at,
        won=won,
        somebody_next=has_somebody_next(won),
    )


def write_withdrawn(entitlement_id: int, *, at: datetime) -> None:
    """Tell somebody that a manager withdrew their reward or their place in the line, and why."""
    reader, won = person(winner_of(entitlement_id)), reward_won(entitlement_id)
    events = what_happened(entitlement_id)
    withdrawn = [one for one in events if one.to_state is EntitlementState.WITHDRAWN]
    if not reader.is_active or not withdrawn:
        return
    write_letter(
        "reward_withdrawn",
        to=reader,
        key=f"reward_withdrawn:{entitlement_id}",
        at=at,
        won=won,
        by=withdrawn[-1].by,
        reason=withdrawn[-1].reason,
    )
