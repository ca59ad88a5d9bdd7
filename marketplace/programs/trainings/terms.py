"""The terms of a training: a path of courses, their points, and the bonus for all of it."""

from dataclasses import dataclass

from marketplace.web.filters import points_word


@dataclass(frozen=True, slots=True)
class PathCourse:
    """One step of a path and what it brings."""

    course_id: int
    points: int


@dataclass(frozen=True, slots=True)
class TrainingTerms:
    """Courses in their order, and a `bonus` for whoever completed them all, once."""

    path: tuple[PathCourse, ...]
    bonus: int = 0

    @property
    def course_ids(self) -> tuple[int, ...]:
        """The courses in the order of the path."""
        return tuple(step.course_id for step in self.path)

    @property
    def total(self) -> int:
        """What the whole path brings."""
        return sum(step.points for step in self.path) + self.bonus

    def sentences(self) -> tuple[str, ...]:
        """The rule in at most three sentences."""
        points = sorted({step.points for step in self.path})
        count = len(self.path)
        courses = "1 course" if count == 1 else f"each of {count} courses"
        if len(points) == 1:
            pays = f"{points_word(points[0])} for {courses}, once."
        else:
            pays = f"{points[0]:,} to {points_word(points[-1])} for {courses}, once."
        whole = f"{points_word(self.bonus)} more and a badge" if self.bonus else "A badge"
        return pays, f"{whole} for the whole path."
