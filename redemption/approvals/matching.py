"""Whether different people can give every yes that is needed, pure."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

Nodes = dict[Hashable, dict[Hashable, int]]


@dataclass(frozen=True, slots=True)
class Places:
    """Steps that are asked together: who can answer each, and how many yeses they need."""

    needed: int
    people: tuple[frozenset[int], ...]

    def without(self, step: int, who: int) -> "Places":
        """What is left once this person said yes at this step."""
        others = (one - {who} for number, one in enumerate(self.people) if number != step)
        return Places(max(self.needed - 1, 0), tuple(others))


def missing_yeses(gates: Sequence[Places]) -> int:
    """How many of the yeses needed nobody of their own can give, each person giving one at most.

    The largest flow from gates over steps to people, one augmenting path at a time.
    """
    room = _network(gates)
    given = 0
    while _augment(room, "start", set()):
        given += 1
    return sum(gate.needed for gate in gates) - given


def _network(gates: Sequence[Places]) -> Nodes:
    room: Nodes = {"start": {}, "end": {}}
    for number, gate in enumerate(gates):
        _join(room, "start", ("gate", number), gate.needed)
        for place, people in enumerate(gate.people):
            _join(room, ("gate", number), ("step", number, place), 1)
            for who in sorted(people):
                _join(room, ("step", number, place), ("person", who), 1)
                _join(room, ("person", who), "end", 1)
    return room


def _join(room: Nodes, start: Hashable, to: Hashable, capacity: int) -> None:
    room.setdefault(start, {})[to] = capacity
    room.setdefault(to, {}).setdefault(start, 0)


def _augment(room: Nodes, node: Hashable, seen: set[Hashable]) -> bool:
    if node == "end":
        return True
    seen.add(node)
    for to, left in room[node].items():
        if left and to not in seen and _augment(room, to, seen):
            room[node][to] -= 1
            room[to][node] += 1
            return True
    return False


def best_step(who: int, steps: Sequence[tuple[int, Collection[int]]], needed: int) -> int:
    """The step at which this person's yes leaves the others the best chance to give theirs.

    `steps` are ids with who can answer each, in order; one of them is this person's. Of equal ones
    it is that which the fewest others can answer.
    """
    gate = Places(needed, tuple(frozenset(people) for _step, people in steps))
    mine = [place for place, people in enumerate(gate.people) if who in people]
    best = min(
        mine,
        key=lambda place: (missing_yeses([gate.without(place, who)]), len(gate.people[place])),
    )
    return steps[best][0]
