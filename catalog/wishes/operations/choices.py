"""Counting what many people chose, so that a page reads a few rows and no request is counted."""

from collections import Counter
from datetime import UTC, datetime, time

import sqlalchemy as sa

from catalog.extras import choices_between
from catalog.wishes.models import ChoiceCount, PopularChoice
from catalog.wishes.policies import rounded_down, window_of
from catalog.wishes.states import Circle
from marketplace.kernel.db import in_batches, insert_or_skip, session


def count_choices_anew(*, at: datetime) -> bool:
    """Count the window that `at` falls into, once; False when that was done before."""
    since, until = window_of(at.date())
    counted = session().scalar(
        insert_or_skip(ChoiceCount)
        .values(counted_until=until, counted_at=at)
        .on_conflict_do_nothing()
        .returning(ChoiceCount.counted_until)
    )
    if counted is None:
        return False
    people: Counter[tuple[Circle, str, int]] = Counter()
    begin, end = (datetime.combine(one, time.min, UTC) for one in (since, until))
    for chosen in choices_between(begin, end):
        people[Circle.COMPANY, "", chosen.reward_id] += chosen.people
        if chosen.department_id is not None:
            people[Circle.DEPARTMENT, str(chosen.department_id), chosen.reward_id] += chosen.people
        if chosen.country:
            people[Circle.COUNTRY, chosen.country, chosen.reward_id] += chosen.people
    session().execute(sa.delete(PopularChoice))
    rows = [
        {
            "circle": circle,
            "place": place,
            "reward_id": reward_id,
            "at_least": at_least,
            "counted_until": until,
        }
        for (circle, place, reward_id), number in people.items()
        if (at_least := rounded_down(number))
    ]
    for batch in in_batches(rows):
        session().execute(sa.insert(PopularChoice), list(batch))
    return True
