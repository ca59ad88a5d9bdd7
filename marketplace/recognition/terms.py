"""The terms of a recognition program: allowances, caps, and how closely giving is watched."""

from dataclasses import dataclass

from marketplace.recognition.states import CapPeriod, Mode
from marketplace.web.filters import points_word

USUAL_REPEAT_DAYS = 30
USUAL_ATTENDANCE = 4


@dataclass(frozen=True, slots=True)
class RecognitionTerms:
    """What people may give each calendar month, and what is watched. None watches nothing.

    `most_points`: at most so many for one person in one recognition. Watched, for points only:
    `reciprocity_days`: they gave to the giver within so many days. `repeat_times` within
    `repeat_days`: more often than that to the same person. `most_share`: more percent of the
    month's allowance than that to one person. `pair_points`: more points than that to one person
    in a `pair_period`.

    `attendance_points`: for checking in at a meeting of another department, at most
    `attendance_times` times a calendar month.
    """

    allowance: int
    manager_allowance: int
    most_points: int
    mode: Mode = Mode.OBSERVE
    reciprocity_days: int | None = None
    repeat_times: int | None = None
    repeat_days: int = USUAL_REPEAT_DAYS
    most_share: int | None = None
    pair_points: int | None = None
    pair_period: CapPeriod = CapPeriod.MONTH
    attendance_points: int = 0
    attendance_times: int = USUAL_ATTENDANCE

    def allowance_of(self, *, is_manager: bool) -> int:
        """What one person may give in a month."""
        return self.manager_allowance if is_manager else self.allowance

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule as everyone reads it."""
        own = f"Everyone may give {points_word(self.allowance)} a calendar month"
        if self.manager_allowance != self.allowance:
            own += f", people who lead a team {self.manager_allowance:,}"
        most = f"and at most {self.most_points:,} to one person at once"
        lapse = "What is not given by the end of the month lapses; it is never yours to spend."
        return (f"{own}, {most}.", f"{lapse}{self._attendance}", *self._watched)

    @property
    def _attendance(self) -> str:
        if not self.attendance_points:
            return ""
        times = {1: "once", 2: "twice"}.get(self.attendance_times, f"{self.attendance_times} times")
        return (
            f" Checking in at a meeting of another department brings "
            f"{points_word(self.attendance_points)}, at most {times} a month."
        )

    @property
    def _watched(self) -> tuple[str, ...]:
        limits = []
        if self.reciprocity_days:
            limits.append(f"back to somebody who gave you some within {self.reciprocity_days} days")
        if self.repeat_times is not None:
            limits.append(
                f"more than {self.repeat_times} times in {self.repeat_days} days to one person"
            )
        if self.most_share is not None:
            limits.append(f"more than {self.most_share} percent of a month to one person")
        if self.pair_points is not None:
            limits.append(
                f"more than {points_word(self.pair_points)} a {self.pair_period} to one person"
            )
        if not limits:
            return ()
        deed = {
            Mode.OBSERVE: "Noted for the program's report",
            Mode.ADVISE: "Points need a reason when they go",
            Mode.RESTRICT: "Points can't go",
        }[self.mode]
        return (f"{deed}{':' if self.mode is Mode.OBSERVE else ''} {'; '.join(limits)}.",)
