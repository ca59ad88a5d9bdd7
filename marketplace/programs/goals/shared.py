"""Evaluating a shared goal: how far each part is, which milestones count, and who shares them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from marketplace.programs.earning import Deserved, Earner, Evaluated, KindFacts, Progress, Rule, Run
from marketplace.programs.goals.operations import add_sharers, keep_standing
from marketplace.programs.goals.queries import empty_departments, people_of, sharers_of
from marketplace.programs.goals.reaching import Group, PartSoFar, share_of_time
from marketplace.programs.goals.standing import (
    Bar,
    GoalSoFar,
    Mark,
    hundredths_of,
    percent_in_words,
)
from marketplace.programs.goals.states import MarkState, Scope, Sharing
from marketplace.programs.goals.terms import GOAL, WHOLE, GoalTerms, Milestone, Part
from marketplace.programs.measures import each_day
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind
from marketplace.programs.words import minor_units
from marketplace.web.filters import day, points_word


class GoalEarner(Earner):
    """Points for everyone when departments reach a goal together."""

    facts = KindFacts(
        kind=ProgramKind.GOAL,
        label="Shared goal",
        note="Departments reach something together, each with its own measure, step by step.",
        icon="flag",
        terms=GoalTerms,
        new_endpoint="goals_manage.new",
        rule_endpoint="goals_manage.change_rule",
        terms_say_for_whom=True,
    )

    def metric_ids(self, terms: GoalTerms) -> Collection[int]:
        """The metrics of all parts."""
        return {part.measure.metric_id for part in terms.parts}

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in three sentences."""
        return rule.terms.sentences(rule.metrics)

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:
        """Every milestone lies in the program's days, and somebody is in each part."""
        terms: GoalTerms = rule.terms
        outside = [
            milestone.on
            for milestone in terms.milestones
            if not program.starts_on <= milestone.on < program.ends_on
        ]
        if outside:
            days = ", ".join(day(on) for on in outside)
            return f"These milestones lie outside the program's days: {days}. Change the rule."
        names = empty_departments({one for part in terms.parts for one in part.departments})
        if names:
            return f"Nobody works in {', '.join(names)}. Choose other departments for this part."
        return None

    def evaluate(self, run: Run) -> Evaluated:
        """Who deserves what for the milestones that are reached."""
        goal = _Goal(run)
        deserved = list(goal.deserved())
        keep_standing(run.program.id, goal.so_far(), at=run.at)
        return Evaluated(deserved, goal.progress())


@dataclass
class _Reacher:
    """What pays for itself: a part, or the whole with key 0, and the people in it now."""

    key: int
    name: str
    departments: tuple[int, ...]
    group: Group
    people: list[int] = field(default_factory=list)

    def subject(self, milestone: Milestone) -> str:
        """What names a milestone for good: its day, and the part unless it is everyone's."""
        what = "goal" if milestone.share == GOAL else f"milestone:{milestone.on.isoformat()}"
        return f"{what}:{self.key}" if self.key else what


class _Goal:
    """One evaluation of a shared goal."""

    def __init__(self, run: Run) -> None:
        self.run, self.terms, self.metrics = run, run.rule.terms, run.rule.metrics
        self.first, self.last = run.program.starts_on, run.program.ends_on
        parts = [self._part(part) for part in self.terms.parts]
        everywhere = any(not part.part.departments for part in parts)
        wanted = {one for part in parts for one in part.part.departments}
        self.staff = people_of(() if everywhere else wanted)
        self.parts = [self._reacher(part) for part in parts]
        self.whole = _Reacher(
            WHOLE,
            "All together",
            () if everywhere else tuple(sorted(wanted)),
            Group(parts, self.terms.most),
            sorted({who for part in self.parts for who in part.people}),
        )
        self.sharers = sharers_of(run.program.id)

    def _part(self, part: Part) -> PartSoFar:
        by = each_day(part.measure, self.first, self.last, part.departments)
        return PartSoFar(part, part.is_lower(self.metrics), by, self.run.is_final)

    def _reacher(self, so_far: PartSoFar) -> _Reacher:
        part = so_far.part
        people = [
            who
            for who, (department, _) in self.staff.items()
            if (not part.departments or department in part.departments) and self.run.is_for(who)
        ]
        no_limit = 10**6
        group = Group([so_far], no_limit)
        return _Reacher(part.key, part.name, part.departments, group, people)

    @property
    def paying(self) -> list[_Reacher]:
        """Those whose milestones bring points."""
        return [self.whole] if self.terms.scope is Scope.WHOLE else self.parts

    def reached_on(self, reacher: _Reacher, milestone: Milestone) -> date | None:
        """When a milestone was reached, if it is."""
        return reacher.group.reached_on(milestone.share, milestone.on, self.run.today)

    def deserved(self) -> Iterator[Deserved]:
        """What everyone who shares a milestone deserves for it."""
        for reacher in self.paying:
            for milestone in self.terms.marks(self.last):
                on = self.reached_on(reacher, milestone)
                if on is not None and milestone.points:
                    yield from self._shares(reacher, milestone, on)

    def _shares(self, reacher: _Reacher, milestone: Milestone, on: date) -> Iterator[Deserved]:
        people = self._sharers(reacher, milestone, on)
        each = self.terms.each(milestone.points, len(people))
        what = _name(milestone)
        explanation = {
            "event": f"{reacher.name} reached {what} of {self.run.program.name}",
            "formula": self._formula(reacher, milestone, len(people), each),
        }
        for who in people:
            yield Deserved(
                employee_id=who,
                subject=reacher.subject(milestone),
                points=each,
                occurred_on=on,
                reason=f"{self.run.program.name}: {what}",
                explanation=explanation,
            )

    def _sharers(self, reacher: _Reacher, milestone: Milestone, on: date) -> list[int]:
        """Who was there when it was first seen reached; they are kept from then on."""
        subject = reacher.subject(milestone)
        if subject not in self.sharers:
            there = [who for who in reacher.people if (self.staff[who][1] or on) <= on]
            add_sharers(self.run.program.id, subject, there, at=self.run.at)
            self.sharers[subject] = there
        return self.sharers[subject]

    def _formula(self, reacher: _Reacher, milestone: Milestone, people: int, each: int) -> str:
        so_far = percent_in_words(self._hundredths(reacher, milestone.on, milestone.share))
        reached = f"{so_far} by {day(milestone.on)}, {milestone.share}% was needed"
        if self.terms.sharing is Sharing.FULL:
            return f"{reached}; {points_word(each)} in full to each"
        rest = milestone.points - each * people
        split = f"{points_word(milestone.points)} ÷ {people:,}, rounded down, is {each:,}"
        left = f", {rest:,} stay in the budget" if rest else ""
        return f"{reached}; {split}{left}"

    def _hundredths(self, reacher: _Reacher, until: date, share: int | Fraction) -> int:
        return hundredths_of(reacher.group.percent(share, until))

    # What the pages show

    def so_far(self) -> GoalSoFar:
        """The bars of the whole and of each part."""
        return GoalSoFar(self._bar(self.whole), tuple(self._bar(part) for part in self.parts))

    def _bar(self, reacher: _Reacher) -> Bar:
        today = min(max(self.run.today, self.first), self.last)
        passed = share_of_time(self.first, self.last, today)
        return Bar(
            key=reacher.key,
            name=reacher.name,
            departments=reacher.departments,
            hundredths=self._hundredths_now(reacher, passed),
            text=self._text(reacher, passed),
            is_lower=reacher.key != WHOLE and reacher.group.is_lower,
            marks=tuple(self._mark(reacher, one) for one in self.terms.marks(self.last)),
        )

    def _hundredths_now(self, reacher: _Reacher, passed: Fraction) -> int:
        """How far the bar goes: where less is better, how much of the limit is used."""
        if reacher.key == WHOLE or not reacher.group.is_lower:
            return self._hundredths(reacher, self.last, passed)
        [part] = reacher.group.parts
        return part.done(self.last) * 10_000 // part.part.target

    def _text(self, reacher: _Reacher, passed: Fraction) -> str:
        if reacher.key == WHOLE:
            return f"{percent_in_words(self._hundredths(reacher, self.last, passed))} of the goal"
        [part] = reacher.group.parts
        done = part.part.figure(self.metrics, self._without_cents(part))
        target = part.part.figure(self.metrics, part.part.target)
        if part.is_lower and not part.is_known(self.last):
            return f"No result yet, at most {target}"
        return f"{done} of {'at most ' if part.is_lower else ''}{target}"

    def _without_cents(self, part: PartSoFar) -> int:
        """What is done in whole units, so that nothing looks reached that is not."""
        unit, done = minor_units(part.part.measure, self.metrics), part.done(self.last)
        return -(-done // unit) * unit if part.is_lower else done // unit * unit

    def _mark(self, reacher: _Reacher, milestone: Milestone) -> Mark:
        on = self.reached_on(reacher, milestone)
        pays = reacher in self.paying
        people = len(self.sharers.get(reacher.subject(milestone), reacher.people))
        points = milestone.points if pays else 0
        return Mark(
            on=milestone.on,
            share=milestone.share,
            needed=self._needed(reacher, milestone),
            state=self._state(on, milestone),
            reached_on=on,
            points=points,
            each=self.terms.each(points, people),
            people=people,
        )

    def _state(self, reached_on: date | None, milestone: Milestone) -> MarkState:
        if reached_on is not None:
            return MarkState.REACHED
        return MarkState.OPEN if self.run.today <= milestone.on else MarkState.MISSED

    def _needed(self, reacher: _Reacher, milestone: Milestone) -> str:
        if reacher.key == WHOLE:
            return f"{milestone.share}%"
        [part] = reacher.group.parts
        wanted = Fraction(part.part.target) * milestone.share / 100
        amount = int(wanted) if part.is_lower else -int(-wanted // 1)
        return part.part.figure(self.metrics, amount)

    def progress(self) -> list[Progress]:
        """For `/earn`: each person's own part first, then the whole and what comes next."""
        whole = self._bar(self.whole)
        own: dict[int, Bar] = {}
        for reacher in self.parts:
            bar = self._bar(reacher)
            for who in reacher.people:
                own.setdefault(who, bar)
        return [
            Progress(who, bar.hundredths, GOAL * 100, _sentence(bar, whole, self.terms.scope))
            for who, bar in sorted(own.items())
        ]


def _name(milestone: Milestone) -> str:
    return "the goal" if milestone.share == GOAL else f"{milestone.share}%"


def _sentence(bar: Bar, whole: Bar, scope: Scope) -> str:
    said = [f"{bar.name}: {bar.text}.", f"All together: {whole.in_percent}."]
    mark = (whole if scope is Scope.WHOLE else bar).next_mark
    if mark is not None:
        what = "the goal" if mark.share == GOAL else f"{mark.share}%"
        brings = f" brings you {points_word(mark.each)}" if mark.each else ""
        said.append(f"Next: {what} by {day(mark.on)}{brings}.")
    return " ".join(said)
