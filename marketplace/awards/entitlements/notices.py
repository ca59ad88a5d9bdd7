"""Letters to people who won a reward."""

from datetime import datetime

from marketplace.awards.entitlements.queries import reward_won, winner_of
from marketplace.people.queries import person
from marketplace.web.letters import write_letter


def write_won(entitlement_id: int, *, at: datetime) -> None:
    """Tell somebody that they won a reward, or wait in line for one."""
    won = reward_won(entitlement_id)
    write_letter(
        "reward_won",
        to=person(winner_of(entitlement_id)),
        key=f"reward_won:{entitlement_id}:{won.state}",
        at=at,
        won=won,
    )
