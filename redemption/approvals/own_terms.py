"""What who asks did to the terms of the reward they ask for, as its approver reads it."""

from catalog.queries.history import reward_history, variant_labels
from catalog.queries.offers import DECIDED_BY
from catalog.views.manage.sentences import teller
from marketplace.web.filters import moment
from redemption.approvals.queries.inbox import InboxRow
from redemption.story import TimelineItem

MOST_DEEDS = 5
_TOLD = frozenset(DECIDED_BY) - {"catalog.set_cost"}  # costs are for those who curate


def deeds_of_asker(row: InboxRow) -> list[TimelineItem]:
    """The last things they set, the newest first; those on its tier are not among them."""
    if not row.is_own:
        return []
    done = [one.change for one in reward_history(row.reward_id, who_id=row.employee_id)]
    tell = teller(variant_labels(row.reward_id))
    return [
        TimelineItem(
            ". ".join(tell(change)),
            when=moment(change.at),
            at=change.at.isoformat(),
            icon_name="pencil",
        )
        for change in done
        if change.action in _TOLD
    ][:MOST_DEEDS]
