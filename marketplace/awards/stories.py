"""What the points page says about an award: event, rule version, and the sum in a sentence."""

from collections.abc import Sequence

from marketplace.awards.queries import AwardStory, award_stories
from marketplace.ledger.stories import Entry, Story, tells
from marketplace.web.filters import points_word


@tells("award")
def tell(entries: Sequence[Entry]) -> dict[int, Story]:
    """The stories of awards, by transfer."""
    stories = award_stories([entry.transfer_id for entry in entries])
    return {story.transfer_id: Story(story.reason, _facts(story)) for story in stories}


def _facts(story: AwardStory) -> tuple[tuple[str, str], ...]:
    rule = f"{story.rule} (version {story.rule_version})" if story.rule else ""
    facts = (
        ("Event", story.event),
        ("Rule", rule),
        ("Sum", story.formula),
        ("Corrected", corrected_in_words(story.before, story.points)),
    )
    return tuple((label, text) for label, text in facts if text)


def corrected_in_words(before: int | None, change: int) -> str:
    """How a correction leads from the points of before to those of now; empty without a before."""
    if before is None:
        return ""
    step = f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
    return f"{points_word(before)} before, {step}: {points_word(before + change)} now"
