"""The gates of a policy, pure: whom each asks, how many have to say yes, and both in words.

The steps of a gate are asked at the same time; the next gate opens once the one before is met.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redemption.approvals.states import Asks

MOST_GATES = 3
MOST_YESES = 9  # of one group of people
POOL_SIGN = "pool:"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom one place of a gate asks: a role of somebody, or the pool with this slug."""

    who: Asks
    pool: str = ""
    name: str = ""  # of the pool, for people to read

    @property
    def text(self) -> str:
        """As it is kept and as commands take it: `manager`, `pool:travel-desk`."""
        return POOL_SIGN + self.pool if self.pool else self.who.value

    @property
    def words(self) -> str:
        """One of them: `the manager`, `someone of Travel desk`."""
        return f"someone of {self.name or self.pool}" if self.pool else self.who.words

    @property
    def many(self) -> str:
        """All of them: `the travel approvers`, `Travel desk`; empty where that is one person."""
        return self.name or self.pool if self.pool else self.who.many

    @property
    def via(self) -> str:
        """What somebody is asked as who is not asked in another's place."""
        return self.name or self.pool if self.pool else self.who.via


def asked_of(text: str) -> Asked:
    """Whom a text asks. Raises ValueError for one that asks nobody there is."""
    if text.startswith(POOL_SIGN) and len(text) > len(POOL_SIGN):
        return Asked(Asks.POOL, text.removeprefix(POOL_SIGN))
    if text == Asks.POOL:
        raise ValueError(text)
    return Asked(Asks(text))


@dataclass(frozen=True, slots=True)
class Gate:
    """Whom a policy asks at the same time, and how many yeses that needs; None: everyone's.

    One role of several people or one pool may have to say yes several times; of several asked,
    each gives one yes.
    """

    asks: tuple[Asked, ...]
    needs: int | None = 1

    @property
    def words(self) -> str:
        """`the manager`, `2 of Travel desk`, `the manager or someone in finance`."""
        if len(self.asks) == 1:
            return self._words_of_one(self.asks[0])
        said = [one.words for one in self.asks]
        if self.needs == 1:
            return listed(said, "or")
        if self.needs in {None, len(said)}:
            return listed(said, "and")
        return f"{self.needs} of these: {', '.join(said)}"

    def _words_of_one(self, one: Asked) -> str:
        if self.needs == 1 or not one.many:
            return one.words
        return f"{self.needs or 'all'} of {one.many}"

    def places(self, people: int) -> tuple[tuple[Asked, ...], int]:
        """Whom each step of it asks and how many yeses it needs; `people` has the only group."""
        if len(self.asks) > 1:
            return self.asks, self.needs or len(self.asks)
        needed = self.needs or max(people, 1)
        return self.asks * needed, needed

    @property
    def is_open_to_fewer(self) -> bool:
        """Whether not everyone asked has to answer."""
        return len(self.asks) > 1 and self.needs is not None and self.needs < len(self.asks)

    @property
    def kept(self) -> dict[str, Any]:
        """As a policy keeps it."""
        return {"asks": [one.text for one in self.asks], "needs": self.needs}


def gate_of(kept: Mapping[str, Any]) -> Gate:
    """A gate as a policy keeps it."""
    return Gate(tuple(asked_of(text) for text in kept["asks"]), kept["needs"])


def read_gate(text: str) -> Gate:
    """A gate as commands take it: `manager`, `any:manager,finance`, `2:pool:travel-desk`.

    Of several without a word before them all have to say yes. Raises ValueError.
    """
    word, _, rest = text.partition(":")
    is_said = word in _WORDS or (word.isdecimal() and len(word) == 1)
    asks = tuple(asked_of(one.strip()) for one in (rest if is_said else text).split(","))
    if is_said:
        return Gate(asks, _WORDS[word] if word in _WORDS else int(word))
    return Gate(asks, 1 if len(asks) == 1 else None)


_WORDS: Mapping[str, int | None] = {"any": 1, "all": None}


def in_order(*asks: Asks) -> tuple[Gate, ...]:
    """One yes of each, one after the other."""
    return tuple(Gate((Asked(who),)) for who in asks)


def gates_said(gates: Sequence[Gate]) -> str:
    """Whom they ask: `the manager, then 2 of Travel desk`."""
    return ", then ".join(gate.words for gate in gates)


def pools_asked(gates: Iterable[Gate]) -> set[str]:
    """The slugs of the pools they ask."""
    return {one.pool for gate in gates for one in gate.asks if one.pool}


def roles_asked(gates: Iterable[Gate]) -> set[Asks]:
    """The roles they ask."""
    return {one.who for gate in gates for one in gate.asks}


def with_pool_names(gates: Sequence[Gate], names: Mapping[str, str]) -> tuple[Gate, ...]:
    """The same with the names of their pools, for people to read."""
    return tuple(
        replace(gate, asks=tuple(replace(one, name=names.get(one.pool, "")) for one in gate.asks))
        for gate in gates
    )


def unclear(gates: Sequence[Gate], pools: Collection[str]) -> str:
    """What is wrong with gates, in a sentence; nothing where they can be asked."""
    if not gates:
        return "Say whom it asks."
    if len(gates) > MOST_GATES:
        return f"Ask at {MOST_GATES} gates at most."
    if gone := sorted(pools_asked(gates) - set(pools)):
        return f"There is no pool “{gone[0]}”. Choose one of those there are, or add it first."
    return next(filter(None, map(_unclear, gates)), "")


def _unclear(gate: Gate) -> str:
    if not gate.asks:
        return "Say whom each gate asks."
    if len({one.text for one in gate.asks}) < len(gate.asks):
        return "Name whom a gate asks once each, and say how many of them it needs."
    one, several = gate.asks[0], len(gate.asks) > 1
    needs = 1 if gate.needs is None else gate.needs
    most = len(gate.asks) if several else MOST_YESES if one.many else 1
    if 1 <= needs <= most:
        return ""
    if several:
        return f"A gate that asks {len(gate.asks)} can’t need {needs} yeses. Choose fewer."
    if one.many:
        return f"Choose from 1 to {MOST_YESES} yeses of {one.many}, or all."
    return f"{one.words[0].upper()}{one.words[1:]} is one person, so that is one yes."


def listed(names: Sequence[str], word: str) -> str:
    """`a`; `a or b`; `a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
