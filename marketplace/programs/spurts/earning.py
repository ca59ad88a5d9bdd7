"""Evaluating a spurt: what each order, client or result deserves, and what the caps leave of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from marketplace.awards.queries import kept_points
from marketplace.programs.earning import (
    Deserved,
    Earner,
    Evaluated,
    KindFacts,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.measures import Counting
from marketplace.programs.models import Program
from marketplace.programs.spurts.policies import Cap, Claim, Share, reckon
from marketplace.programs.spurts.queries.facts import earned_in, facts_for
from marketplace.programs.spurts.terms import OF_CLIENTS, Metrics, Per, SpurtTerms
from marketplace.programs.states import ProgramKind
from marketplace.programs.words import order_in_words, reference_in_words, sentence_case
from marketplace.web.filters import points_word


class SpurtEarner(Earner):
    """Points for what a few departments do in a short window, up to its caps."""

    facts = KindFacts(
        kind=ProgramKind.SPURT,
        label="Spurt",
        note="A short push around a launch (sales people say SPIFF): a part for each department, "
        "caps, and what it would cost before it starts.",
        icon="zap",
        terms=SpurtTerms,
        new_endpoint="spurts_manage.new",
        rule_endpoint="spurts_manage.change_rule",
        terms_say_for_whom=True,
    )

    def metric_ids(self, terms: SpurtTerms) -> Collection[int]:
        """The metrics of all legs."""
        return {leg.measure.metric_id for leg in terms.legs}

    def sentences(self, rule: Rule) -> Sequence[str]:
        """Each leg in a sentence, and the cap of them all in another."""
        return rule.terms.sentences(rule.metrics)

    def evaluate(self, run: Run) -> Evaluated:
        """What everything that counted deserves. A cap looks at all of it, whatever changed."""
        program, terms = run.program, run.rule.terms
        earned = earned_in(program.id)
        facts = facts_for(terms.legs, program.starts_on, program.ends_on, earned)
        kept = kept_points(program.id, at=run.at)
        shares = reckon(terms, facts, kept)
        metrics = run.rule.metrics
        deserved = [_deserved(program, terms, share, metrics) for share in shares]
        return Evaluated(deserved, _progress(shares))


def _deserved(program: Program, terms: SpurtTerms, share: Share, metrics: Metrics) -> Deserved:
    claim = share.claim
    event = event_of(claim, metrics)
    return Deserved(
        employee_id=claim.employee_id,
        subject=claim.subject,
        points=share.points,
        occurred_on=claim.on_day,
        reason=f"{program.name}: {event[0].lower()}{event[1:]}",
        explanation={"event": event, "formula": formula_of(terms, share, metrics)},
    )


def event_of(claim: Claim, metrics: Metrics) -> str:
    """What counted: “Order SO1 of $1,250”, “New client Harbor Mills”."""
    counting, leg = claim.leg.measure.counting, claim.leg
    figure = leg.in_words(metrics, claim.amount)
    if leg.per is Per.WINDOW:
        return f"{figure} over the whole spurt"
    if counting is Counting.NEW_CLIENTS:
        return f"New client {claim.name}"
    if counting is Counting.NEW_CLIENT_VALUE:
        return f"First order of {claim.name}, {figure}"
    if counting is Counting.ORDERS:
        return sentence_case(order_in_words(claim.name))
    if leg.per is Per.ORDER:
        return f"{sentence_case(order_in_words(claim.name))} of {figure}"
    return f"Result {reference_in_words(claim.name)} of {figure}"


def formula_of(terms: SpurtTerms, share: Share, metrics: Metrics) -> str:
    """How its points came about, and which cap it met: “12 × 250, capped at 2,000”."""
    claim, leg = share.claim, share.claim.leg
    times = f"{claim.steps:,} × {leg.points:,}"
    if leg.per_amount > 1:
        per = leg.in_words(metrics, leg.per_amount)
        amount = leg.in_words(metrics, claim.amount)
        times = f"{amount} ÷ {per}, rounded down, is {claim.steps:,}; {times}"
    if share.met is None:
        return f"{times} is {points_word(claim.wanted)}"
    most, whose = leg.cap or 0, "for each person"
    if share.met is Cap.SPURT:
        most, whose = terms.cap or 0, "for the whole spurt"
    return f"{times}, capped at {share.points:,}: no more was left of {points_word(most)} {whose}"


def _progress(shares: Sequence[Share]) -> list[Progress]:
    """Points against the caps of the legs somebody earned in, and what brought them."""
    people: dict[int, list[Share]] = defaultdict(list)
    for share in shares:
        people[share.claim.employee_id].append(share)
    return [_progress_of(employee_id, own) for employee_id, own in people.items()]


def _progress_of(employee_id: int, shares: Sequence[Share]) -> Progress:
    caps = {share.claim.leg.number: share.claim.leg.cap for share in shares}
    points = sum(share.points for share in shares)
    counted = _counted([share.claim for share in shares if share.claim.steps])
    known = [cap for cap in caps.values() if cap is not None]
    most = sum(known) if len(known) == len(caps) else None
    of = f" of at most {most:,}" if most is not None else ""
    return Progress(employee_id, points, most, f"{points:,}{of} points{counted}.")


def _counted(claims: Sequence[Claim]) -> str:
    """What brought points: “ from 2 new clients and 3 orders”, each once however often it paid."""
    things = {(_thing(claim), claim.name) for claim in claims if claim.leg.per is not Per.WINDOW}
    words = Counter(word for word, _name in sorted(things))
    parts = [f"{many:,} {word}{'' if many == 1 else 's'}" for word, many in words.items()]
    return f" from {' and '.join(parts)}" if parts else ""


def _thing(claim: Claim) -> str:
    return "new client" if claim.leg.measure.counting in OF_CLIENTS else claim.leg.per.value


register(SpurtEarner())
