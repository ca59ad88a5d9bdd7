"""What Maya and others look forward to when somebody opens the demo."""

from datetime import datetime, timedelta

from catalog.wishes.operations.saving import make_goal, save_wish
from marketplace.demo.rewards import slug_of
from marketplace.people.queries import actor_of

GOALS = {"maya.chen": "Azores whale week", "jonas.lind": "Studio headphones"}
SAVED = {
    "maya.chen": ("Slovenian lakes in spring", "Studio headphones", "Lumen Books gift card"),
    "jonas.lind": ("Dolomites hut to hut",),
}


def load_wishes(people: dict[str, int], *, at: datetime) -> int:
    """Save what people look forward to, as they would; how many wishes."""
    then = at - timedelta(days=3)
    for handle, names in SAVED.items():
        for hours, name in enumerate(names):
            actor = actor_of(people[handle])
            save_wish(actor, slug_of(name), at=then + timedelta(hours=hours))
    for handle, name in GOALS.items():
        make_goal(actor_of(people[handle]), slug_of(name), at=then)
    return len(GOALS) + sum(map(len, SAVED.values()))
