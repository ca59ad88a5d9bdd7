"""A wallet as plain lists: what the ledger must come to, written a second time and differently."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Parcel:
    """Points of one grant: free ones, and those in holds."""

    key: str
    ends: datetime
    number: int
    free: int


@dataclass
class Wallet:
    """One person's parcels, holds and debt."""

    parcels: list[Parcel] = field(default_factory=list)
    holds: dict[int, tuple[str, list[tuple[Parcel, int]]]] = field(default_factory=dict)
    posted: int = 0
    owed: int = 0

    def figures(self, at: datetime) -> tuple[int, int, int, int]:
        """Available, held, posted, owed."""
        return self.available(at), self.held(), self.posted, self.owed

    def available(self, at: datetime) -> int:
        return sum(parcel.free for parcel in self.burning(at))

    def held(self) -> int:
        return sum(n for state, parts in self.holds.values() if state == "open" for _, n in parts)

    def burning(self, at: datetime) -> list[Parcel]:
        live = [parcel for parcel in self.parcels if parcel.ends > at and parcel.free]
        return sorted(live, key=lambda parcel: (parcel.ends, parcel.number))

    def earn(self, key: str, points: int, ends: datetime | None, at: datetime) -> None:
        self.parcels.append(Parcel(key, ends or FOR_GOOD, len(self.parcels), points))
        self.posted += points
        self.fill_debt(at)

    def fill_debt(self, at: datetime) -> None:
        paid = sum(n for _, n in self.take(self.burning(at), self.owed))
        self.owed -= paid

    def take(self, parcels: list[Parcel], points: int) -> list[tuple[Parcel, int]]:
        parts = []
        for parcel in parcels:
            part = min(parcel.free, points)
            if part:
                parcel.free -= part
                points -= part
                parts.append((parcel, part))
        return parts

    def hold(self, number: int, points: int, at: datetime) -> bool:
        if self.available(at) < points:
            return False
        self.holds[number] = ("open", self.take(self.burning(at), points))
        return True

    def state(self, number: int) -> str:
        return self.holds[number][0]

    def end(self, number: int, state: str, at: datetime, grace_days: int) -> None:
        _, parts = self.holds[number]
        self.holds[number] = (state, parts)
        if state == "captured":
            self.posted -= sum(n for _, n in parts)
        else:
            self.come_back(parts, at, grace_days)

    def spent(self, number: int) -> int:
        """What was spent of a hold and is not back."""
        state, parts = self.holds[number]
        return sum(n for _, n in parts) if state == "captured" else 0

    def refund(self, number: int, points: int, at: datetime) -> None:
        """So many of what was spent come back, what was taken last first."""
        _, parts = self.holds[number]
        self.posted += points
        rest, back = list(parts), []
        while points:
            parcel, taken = rest.pop()
            part = min(taken, points)
            back.append((parcel, part))
            points -= part
            if taken > part:
                rest.append((parcel, taken - part))
        self.holds[number] = ("captured" if rest else "refunded", rest)
        self.come_back(back, at, 0)

    def come_back(self, parts: list[tuple[Parcel, int]], at: datetime, grace_days: int) -> None:
        for parcel, points in parts:
            parcel.free += points
        late = [parcel for parcel, _ in parts if parcel.ends <= at and parcel.free]
        for parcel in late:
            points, parcel.free = parcel.free, 0
            if grace_days:
                ends = at + timedelta(days=grace_days)
                self.parcels.append(Parcel("grace", ends, len(self.parcels), points))
            else:
                self.posted -= points
        self.fill_debt(at)

    def claw_back(self, key: str, points: int, at: datetime) -> None:
        origin_first = sorted(self.burning(at), key=lambda parcel: parcel.key != key)
        taken = sum(n for _, n in self.take(origin_first, points))
        self.posted -= points
        self.owed += points - taken

    def expire(self, at: datetime) -> None:
        for parcel in self.parcels:
            if parcel.ends <= at:
                self.posted -= parcel.free
                parcel.free = 0
