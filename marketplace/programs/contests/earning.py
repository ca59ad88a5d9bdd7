"""Evaluating a contest: its standings now, and once it is settled what everyone won."""

from collections.abc import Collection, Sequence

from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.programs.contests.models import RaffleDraw
from marketplace.programs.contests.operations.raffles import (
    commit_seed,
    drawn_places,
    entries_of,
    hold_draw,
    publish_list,
)
from marketplace.programs.contests.operations.standings import is_frozen, keep_standings
from marketplace.programs.contests.outcome import listed_standings, standings_of, stands
from marketplace.programs.contests.policies import days_obstacle, terms_obstacle
from marketplace.programs.contests.prizes import Won, prizes_won
from marketplace.programs.contests.queries.settling import seal_of
from marketplace.programs.contests.queries.teams import teams_obstacle
from marketplace.programs.contests.ranking import Ranked
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.contests.words import (
    amount_in_words,
    figure_in_words,
    ordinal,
    sentences_of,
)
from marketplace.programs.earning import (
    Deserved,
    DeservedReward,
    Earner,
    Evaluated,
    KindFacts,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.models import Program
from marketplace.programs.states import BEFORE_LAUNCH, ProgramKind, ProgramState
from marketplace.programs.words import sentence_case
from marketplace.web.filters import points_word


class ContestEarner(Earner):
    """Ranks by a figure; pays once, when it is settled for good."""

    facts = KindFacts(
        kind=ProgramKind.CONTEST,
        label="Contest",
        note="Standings among people, teams, departments or regions, with prizes at the end.",
        icon="trophy",
        terms=ContestTerms,
        new_endpoint="contests_manage.new",
        rule_endpoint="contests_manage.change_rule",
        settle_endpoint="contests_desk.settle",
        pays_at_the_end=True,
        rule_changes_in=BEFORE_LAUNCH,
    )

    def metric_ids(self, terms: ContestTerms) -> Collection[int]:
        """The metrics of all its measures."""
        return terms.metric_ids

    def sentences(self, rule: Rule) -> Sequence[str]:
        """Who wins, what the places bring, and what happens to those who share one."""
        return sentences_of(rule.terms, rule.metrics)

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:
        """What does not fit together in the terms, or the teams that are missing."""
        terms: ContestTerms = rule.terms
        if terms.form is ContestForm.RAFFLE and session().get(RaffleDraw, program.id):
            return "This raffle was drawn, so it can’t be opened again."
        obstacle = terms_obstacle(terms, rule.metrics) or days_obstacle(
            terms, program.starts_on, program.ends_on
        )
        if obstacle:
            return obstacle
        return teams_obstacle(program.id) if terms.between is Between.TEAMS else None

    def seal(self, run: Run) -> str:
        """Of everyone's place, and of the people behind it."""
        return seal_of(run.program.id, run.rule.terms)

    def evaluate(self, run: Run) -> Evaluated:
        """Keep the standings; at the end, say what everyone won."""
        terms: ContestTerms = run.rule.terms
        standings = _standings(run)
        keep_standings(run, standings)
        crashpoint("contests.standings_kept")
        stands_still = is_frozen(run) and not run.is_final
        progress = None if stands_still else _progress(run, standings)
        if not run.is_final:
            return Evaluated((), progress)
        won = prizes_won(terms, stands(standings))
        return Evaluated(
            _points(run, standings, won), progress, rewards=_rewards(run, standings, won)
        )


def _standings(run: Run) -> list[Ranked]:
    """By the results; a raffle commits at the launch, publishes at the close, draws at the end."""
    if run.rule.terms.form is not ContestForm.RAFFLE:
        return standings_of(run)
    commit_seed(run)
    if run.program.state is not ProgramState.CLOSED:
        return standings_of(run)
    published = publish_list(run)
    if run.is_final:
        hold_draw(run, published)
    entries = entries_of(published.id)
    return listed_standings(run, entries, drawn_places(run, entries))


def _points(run: Run, standings: Sequence[Ranked], won: dict[str, Won]) -> list[Deserved]:
    return [
        Deserved(
            employee_id=member,
            subject=f"prize:{one.competitor}",
            points=prize.each,
            occurred_on=run.program.ends_on,
            reason=_reason(run, prize),
            explanation=_explanation(run, one, prize),
        )
        for one in standings
        if (prize := won.get(one.competitor)) and prize.each
        for member in one.side.members
    ]


def _rewards(run: Run, standings: Sequence[Ranked], won: dict[str, Won]) -> list[DeservedReward]:
    terms: ContestTerms = run.rule.terms
    found = []
    for one in standings:
        prize = won.get(one.competitor)
        if prize is None or not terms.rewards:
            continue
        granted = [
            (reward.variant_id, f"prize:{one.competitor}:{number}")
            for number, reward in enumerate(prize.rewards, start=1)
        ]
        waits = prize.line is not None
        wanted = [(None, f"line:{one.competitor}")] if waits else granted
        found += [
            DeservedReward(
                employee_id=member,
                subject=subject,
                variant_id=variant_id,
                place=prize.place,
                line=prize.line,
                reason=_reason(run, prize),
                explanation=_explanation(run, one, prize),
            )
            for variant_id, subject in wanted
            for member in one.side.members
        ]
    return found


def _reason(run: Run, prize: Won) -> str:
    if prize.line is not None:
        return f"{run.program.name}: number {prize.line:,} in the line"
    return f"{run.program.name}: {ordinal(prize.place)} place"


def _explanation(run: Run, one: Ranked, prize: Won) -> dict[str, str]:
    terms, metrics = run.rule.terms, run.rule.metrics
    whose = "" if terms.between is Between.PEOPLE else f"{one.side.name} "
    figure = figure_in_words(terms, metrics, one.figure)
    event = f"{whose}{ordinal(prize.place)} place with {figure}".strip()
    return {"event": sentence_case(event), "formula": _formula(run, one, prize)}


def _formula(run: Run, one: Ranked, prize: Won) -> str:
    terms: ContestTerms = run.rule.terms
    if prize.line is not None:
        return f"Number {prize.line:,} of those who wait for a place that becomes free"
    said = f"{ordinal(prize.place)} place brings {points_word(prize.points)}"
    if not prize.points and prize.rewards:
        said = f"{ordinal(prize.place)} place brings {prize.rewards[0].reward}"
    if prize.tied > 1:
        said += f" to each of the {prize.tied:,} who share it"
    if prize.each != prize.points:
        people = len(one.side.members)
        said += f"; {prize.points:,} ÷ {people:,} members, rounded down, is {prize.each:,}"
    elif terms.between is not Between.PEOPLE:
        said += ", to each member"
    return said


def _progress(run: Run, standings: Sequence[Ranked]) -> list[Progress]:
    ranked = sum(one.rank is not None for one in standings)
    return (
        [_progress_of(run, one, member, ranked) for one in standings for member in one.side.members]
        if run.rule.terms.between is not Between.REGIONS
        else _best_region(run, standings, ranked)
    )


def _best_region(run: Run, standings: Sequence[Ranked], ranked: int) -> list[Progress]:
    """Somebody may have results in several regions: the one that stands best is told."""
    best: dict[int, Progress] = {}
    for one in standings:
        for member in one.side.members:
            best.setdefault(member, _progress_of(run, one, member, ranked))
    return list(best.values())


def _progress_of(run: Run, one: Ranked, member: int, ranked: int) -> Progress:
    terms, metrics = run.rule.terms, run.rule.metrics
    figure = figure_in_words(terms, metrics, one.figure)
    whose = "" if terms.between is Between.PEOPLE else f"{one.side.name}: "
    if one.rank is None:
        sentence = f"{whose}no figure, because there is nothing to compare with."
        return Progress(member, 0, None, sentence_case(sentence))
    done, target = _bar(terms, one)
    if terms.form is ContestForm.RAFFLE:
        drawn = f", drawn as {ordinal(one.place)}" if one.place else ""
        return Progress(member, done, target, f"{whose}{figure}{drawn}.")
    sentence = f"{whose}{ordinal(one.rank)} of {ranked:,} with {figure}."
    if terms.form is ContestForm.THRESHOLD:
        aim = amount_in_words(terms, metrics, terms.threshold or 0)
        sentence = f"{whose}{figure} of {aim}."
    return Progress(member, done, target, sentence)


def _bar(terms: ContestTerms, one: Ranked) -> tuple[int, int | None]:
    """What draws the bar on `/earn`: only where there is something to reach."""
    amount = max(one.amount or 0, 0)
    if terms.form is ContestForm.THRESHOLD:
        return amount, terms.threshold
    if terms.form in {ContestForm.TARGET, ContestForm.CHAIN}:
        return amount, one.base or None
    return amount, None


register(ContestEarner())
