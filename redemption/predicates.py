"""What must always hold of requests and approvals (names after the integrity predicates)."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import rows_streamed
from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate, worked_out
from redemption.journeys.dates import as_begun, begins_on
from redemption.models import LineRefund, RedemptionLine
from redemption.policies import content_hash, percent_back
from redemption.states import GIVEN_BACK, MOVES, OPENING, RESERVED, SPENT, RefundCause

_GONE, _HELD, _SPENT = quoted(GIVEN_BACK), quoted(RESERVED), quoted(SPENT)
_LEGAL = quoted_moves(MOVES)
_MONTH = {
    "sqlite": "substr(r.submitted_at, 1, 7)",
    "postgresql": "to_char(r.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM')",
}
_PERIODS = """SELECT 'ever' AS period, month FROM months
    UNION ALL SELECT substr(month, 1, 4), month FROM months
    UNION ALL SELECT substr(month, 1, 4) || '-Q'
        || ((CAST(substr(month, 6, 2) AS INTEGER) + 2) / 3), month FROM months
    UNION ALL SELECT month, month FROM months"""


def _miscounted(engine: str) -> str:
    return f"""WITH live AS (SELECT l.reward_id, l.employee_id, {_MONTH[engine]} AS month,
        SUM(CASE WHEN l.state IN ({_GONE}) THEN 0 WHEN d.variant_id IS NOT NULL THEN 1
        ELSE l.quantity - l.returned_units END) AS taken
        FROM redemption_lines l JOIN redemptions r ON r.id = l.redemption_id
        LEFT JOIN departures d ON d.variant_id = l.variant_id
        GROUP BY l.reward_id, l.employee_id, {_MONTH[engine]}),
      months AS (SELECT DISTINCT month FROM live),
      counted AS (SELECT live.reward_id, live.employee_id, p.period, SUM(live.taken) AS taken
        FROM live JOIN ({_PERIODS}) p ON p.month = live.month
        GROUP BY live.reward_id, live.employee_id, p.period)
    SELECT u.reward_id, u.employee_id, u.period, u.used, COALESCE(l.taken, 0) AS requests_say
    FROM member_usage u LEFT JOIN counted l ON l.reward_id = u.reward_id
        AND l.employee_id = u.employee_id AND l.period = u.period
    WHERE u.used <> COALESCE(l.taken, 0)
    UNION ALL SELECT l.reward_id, l.employee_id, l.period, 0, l.taken FROM counted l
    WHERE l.taken > 0 AND NOT EXISTS (SELECT 1 FROM member_usage u WHERE u.reward_id = l.reward_id
        AND u.employee_id = l.employee_id AND u.period = l.period)"""  # noqa: S608  ours


_CASH = {
    "sqlite": "json_extract(l.snapshot, '$.cash_minor')",
    "postgresql": "CAST(l.snapshot ->> 'cash_minor' AS BIGINT)",
}
_CURRENCY = {
    "sqlite": "json_extract(l.snapshot, '$.currency')",
    "postgresql": "l.snapshot ->> 'currency'",
}


def _not_named(engine: str) -> str:
    """Answers for others by an absence that did not hold, or not for this request."""
    return f"""SELECT d.id, d.line_id, d.approver_id, d.absence_id FROM approval_decisions d
    JOIN redemption_lines l ON l.id = d.line_id
    JOIN rewards r ON r.id = l.reward_id
    LEFT JOIN approval_absences b ON b.id = d.absence_id
    WHERE d.verdict <> 'undo' AND d.absence_id IS NOT NULL AND (b.id IS NULL
        OR b.employee_id <> d.asked_id OR b.stand_in_id IS NULL OR b.stand_in_id <> d.approver_id
        OR d.decided_at < b.begins_at OR d.decided_at >= b.ends_at OR d.decided_at > b.ended_at
        OR (CAST(b.kinds AS TEXT) <> '[]'
            AND CAST(b.kinds AS TEXT) NOT LIKE '%"' || r.kind || '"%')
        OR b.most_points < l.quantity * l.unit_points OR b.set_by_id = l.employee_id
        OR b.most_minor < {_CASH[engine]} * l.quantity
        OR (b.most_minor IS NOT NULL AND b.currency <> {_CURRENCY[engine]}))"""  # noqa: S608  ours


predicate(
    "I24",
    "nobody approves their own request, nor does anybody for them",
    "SELECT id, line_id, approver_id FROM approval_decisions "
    "WHERE requester_id IN (approver_id, asked_id) "
    "UNION ALL SELECT id, line_id, decided_by_id FROM approval_steps "
    "WHERE requester_id IN (decided_by_id, asked_id)",
)
predicate(
    "I26",
    "what is set aside or sold of a variant is what live requests and invitations took of it, or"
    " what is kept for people whose turn it is in line",
    f"""SELECT s.variant_id, s.reserved, s.sold FROM variant_stock s
    LEFT JOIN (SELECT variant_id,
        SUM(CASE WHEN state IN ({_HELD}) THEN quantity ELSE 0 END) AS held,
        SUM(CASE WHEN state IN ({_SPENT}) THEN quantity - returned_units ELSE 0 END) AS gone
        FROM redemption_lines GROUP BY variant_id) l ON l.variant_id = s.variant_id
    LEFT JOIN (SELECT variant_id, SUM(units) AS kept FROM waits WHERE state = 'offered'
        GROUP BY variant_id) w ON w.variant_id = s.variant_id
    LEFT JOIN (SELECT variant_id,
        SUM(CASE WHEN state = 'invited' THEN places ELSE 0 END) AS kept,
        SUM(CASE WHEN state = 'accepted' THEN places ELSE 0 END) AS gone
        FROM trip_invitations GROUP BY variant_id) i ON i.variant_id = s.variant_id
    WHERE s.reserved <> COALESCE(l.held, 0) + COALESCE(w.kept, 0) + COALESCE(i.kept, 0)
    OR s.sold <> COALESCE(l.gone, 0) + COALESCE(i.gone, 0)""",  # noqa: S608
)
predicate(
    "I26-limits",
    "what somebody has had of a reward in a period is what their live requests took of it then",
    _miscounted("postgresql"),
    sqlite=_miscounted("sqlite"),
)
predicate(
    "I28",
    "each line has the price that held for its variant when it was asked for, or was promised",
    """SELECT l.id, l.unit_points, p.points AS price FROM redemption_lines l
    JOIN (SELECT x.id, COALESCE(j.priced_at, r.submitted_at) AS submitted_at
        FROM redemption_lines x JOIN redemptions r ON r.id = x.redemption_id
        LEFT JOIN journeys j ON j.line_id = x.id) r ON r.id = l.id
    LEFT JOIN price_versions p ON p.id = l.price_version_id
    WHERE p.id IS NULL OR p.variant_id <> l.variant_id OR l.unit_points <>
        CASE WHEN l.amount_minor IS NULL THEN p.points
        ELSE (p.rate_points * l.amount_minor + p.rate_minor - 1) / p.rate_minor END
    OR (l.amount_minor IS NULL) <> (p.rate_minor IS NULL) OR l.unit_points < p.points
    OR l.quantity < 1 OR p.valid_from > r.submitted_at OR p.valid_until <= r.submitted_at
    OR EXISTS (SELECT 1 FROM price_versions n WHERE n.variant_id = l.variant_id
        AND COALESCE(n.country, '') = COALESCE(p.country, '') AND n.valid_from <= r.submitted_at
        AND (n.valid_until IS NULL OR n.valid_until > r.submitted_at)
        AND (n.valid_from > p.valid_from OR (n.valid_from = p.valid_from AND n.id > p.id)))""",
)
predicate(
    "I29",
    "a request costs what its lines cost",
    """SELECT r.id, r.total_points FROM redemptions r
    LEFT JOIN redemption_lines l ON l.redemption_id = r.id
    GROUP BY r.id, r.total_points
    HAVING COALESCE(SUM(l.quantity * l.unit_points), 0) <> r.total_points""",
)
predicate(
    "I30",
    "each line is paid exactly once, by the person it is for, and an ended one not at all",
    f"""SELECT l.id, l.state, h.state AS hold_state, h.amount FROM redemption_lines l
    LEFT JOIN holds h ON h.id = l.hold_id LEFT JOIN accounts a ON a.id = h.account_id
    WHERE h.id IS NULL OR h.amount <> l.quantity * l.unit_points
    OR a.kind <> 'member' OR a.owner_id <> l.employee_id
    OR (l.state IN ({_HELD}) AND h.state <> 'open')
    OR (l.state IN ({_SPENT}, 'refunded') AND h.state NOT IN ('captured', 'refunded'))
    OR (l.state IN ({_GONE}) AND l.state <> 'refunded'
        AND h.state NOT IN ('released', 'lapsed'))""",  # noqa: S608
)
predicate(
    "I30-back",
    "what came back of a line is what its refunds say, never more than was spent, no unit twice",
    """SELECT l.id, l.state, l.returned_units, h.refunded, COALESCE(r.units, 0) AS units_say,
        COALESCE(r.points, 0) AS points_say
    FROM redemption_lines l JOIN holds h ON h.id = l.hold_id
    LEFT JOIN (SELECT line_id, SUM(units) AS units, SUM(points) AS points FROM line_refunds
        GROUP BY line_id) r ON r.line_id = l.id
    WHERE l.returned_units <> COALESCE(r.units, 0) OR h.refunded <> COALESCE(r.points, 0)
    OR l.returned_units > l.quantity OR h.refunded > l.quantity * l.unit_points
    OR (l.state = 'refunded') <> (l.returned_units = l.quantity)
    OR (l.state NOT IN ('fulfilled', 'refunded') AND r.line_id IS NOT NULL)""",
)
predicate(
    "I30-refunds",
    "every refund of a line moved its points, back to the person who asked",
    """SELECT r.id, r.line_id, r.points, t.amount FROM line_refunds r
    JOIN redemption_lines l ON l.id = r.line_id JOIN holds h ON h.id = l.hold_id
    LEFT JOIN transfers t ON t.id = r.transfer_id
    WHERE COALESCE(t.amount, 0) <> r.points OR (t.id IS NOT NULL AND (t.kind <> 'refund'
        OR t.reverses_id <> (SELECT c.id FROM transfers c WHERE c.pending_id = h.transfer_id)))""",
)


@worked_out(
    "I30-late",
    "of what people canceled after it was spent exactly the share came back that its terms said on"
    " that day, and the rest is noted",
)
def _otherwise_than_said() -> Iterator[dict[str, Any]]:
    refund, before = LineRefund, aliased(LineRefund)
    earlier = sa.select(sa.func.coalesce(sa.func.sum(before.points), 0)).where(
        before.line_id == refund.line_id, before.seq < refund.seq
    )
    wanted = (
        sa.select(
            refund.id,
            refund.units,
            refund.points,
            refund.kept_points,
            refund.at,
            earlier.correlate(refund).scalar_subquery().label("earlier"),
            RedemptionLine.quantity,
            RedemptionLine.unit_points,
            RedemptionLine.snapshot,
            begins_on().label("begins_on"),
        )
        .join(RedemptionLine, RedemptionLine.id == refund.line_id)
        .where(refund.cause == RefundCause.CANCELED, refund.source == "canceled")
        .order_by(refund.id)
    )
    for row in rows_streamed(wanted):
        percent = percent_back(as_begun(row.snapshot, row.begins_on), at=row.at)
        whole, worth = row.quantity * row.unit_points, row.units * row.unit_points
        share = whole * percent // 100 - (whole - worth) * percent // 100
        back = min(share, whole - row.earlier)
        if (row.points, row.kept_points) != (back, max(worth - back, 0)):
            yield {"id": row.id, "points": row.points, "kept": row.kept_points, "says": back}


predicate(
    "I30-holds",
    "points are set aside or spent for a request that is there, and for nothing else",
    """SELECT h.id AS hold_id, h.reference, h.state, h.amount FROM holds h
    LEFT JOIN redemption_lines l ON l.hold_id = h.id
    WHERE h.reference LIKE 'redemption:%' AND l.id IS NULL""",
)
predicate(
    "I31",
    "lines move only as the table of moves allows",
    f"""SELECT id, line_id, from_state, to_state FROM redemption_events
    WHERE (from_state IS NULL AND to_state NOT IN ({quoted(OPENING)}))
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL}))""",  # noqa: S608
)
predicate(
    "I32",
    "a line is where its last event put it, and the events chain",
    """SELECT l.id, l.state, e.to_state FROM redemption_lines l
    LEFT JOIN redemption_events e ON e.line_id = l.id
    AND e.seq = (SELECT MAX(x.seq) FROM redemption_events x WHERE x.line_id = l.id)
    WHERE e.to_state IS NULL OR e.to_state <> l.state
    UNION ALL
    SELECT c.line_id, c.from_state, c.before_state FROM (
        SELECT line_id, from_state, LAG(to_state) OVER (PARTITION BY line_id ORDER BY seq)
        AS before_state FROM redemption_events) c
    WHERE COALESCE(c.from_state, '') <> COALESCE(c.before_state, '')""",
)
predicate(
    "I37",
    "only somebody who was asked decides, or who stands in for them, and never who asked for it",
    """SELECT d.id, d.step_id, d.approver_id FROM approval_decisions d
    JOIN redemption_lines l ON l.id = d.line_id
    LEFT JOIN approval_assignees a ON a.step_id = d.step_id AND a.employee_id = d.asked_id
    WHERE a.id IS NULL OR l.employee_id IN (d.approver_id, d.asked_id)
    OR d.requester_id <> l.employee_id OR (d.asked_id <> d.approver_id AND d.absence_id IS NULL)""",
)
predicate(
    "I37-standing-in",
    "who answers for another was named by that day, for that kind and so many points",
    _not_named("postgresql"),
    sqlite=_not_named("sqlite"),
)
predicate(
    "I38",
    "as many different people said yes as there are steps",
    """SELECT line_id, who, COUNT(*) AS steps FROM (
        SELECT id, line_id, decided_by_id AS who FROM approval_steps WHERE decided_by_id IS NOT NULL
        UNION SELECT id, line_id, asked_id FROM approval_steps WHERE asked_id IS NOT NULL) said
    GROUP BY line_id, who HAVING COUNT(*) > 1""",
)
predicate(
    "I39",
    "a decision is about exactly what is bought",
    """SELECT d.id, d.line_id FROM approval_decisions d
    JOIN redemption_lines l ON l.id = d.line_id WHERE d.content_hash <> l.content_hash""",
)


@worked_out(
    "I39-words", "a request says what was asked for, at its price, and that was not rewritten"
)
def _rewritten() -> Iterator[dict[str, Any]]:
    line = RedemptionLine
    wanted = sa.select(
        line.id, line.quantity, line.unit_points, line.content_hash, line.snapshot
    ).order_by(line.id)
    for row in rows_streamed(wanted):
        said = row.snapshot
        is_same = (said["quantity"], said["unit_points"]) == (row.quantity, row.unit_points)
        if not is_same or content_hash(said) != row.content_hash:
            yield {"id": row.id, "unit_points": row.unit_points, "content_hash": row.content_hash}


predicate(
    "I38-gates",
    "the steps of a gate agree on how many yeses it needs, and a gate is asked after those before",
    """SELECT line_id, gate, MIN(needed) AS fewest, MAX(needed) AS most, COUNT(*) AS steps
    FROM approval_steps GROUP BY line_id, gate
    HAVING MIN(needed) <> MAX(needed) OR MAX(needed) > COUNT(*)
    UNION ALL SELECT s.line_id, s.gate, s.needed, s.needed, 0 FROM approval_steps s
    JOIN redemption_lines l ON l.id = s.line_id AND l.state = 'pending_approval'
    JOIN approval_steps b ON b.line_id = s.line_id AND b.gate < s.gate
    WHERE s.state <> 'waiting' AND b.state NOT IN ('approved', 'closed')""",
)
predicate(
    "I38-needless",
    "only others’ yeses let somebody off who was asked",
    """SELECT c.line_id, c.gate, c.needed FROM approval_steps c
    JOIN redemption_lines l ON l.id = c.line_id AND l.state = 'pending_approval'
    WHERE c.state = 'closed' AND c.needed > (SELECT COUNT(*) FROM approval_steps s
        LEFT JOIN approval_decisions d ON d.step_id = s.id AND d.round = s.round
        AND d.verdict = 'approve' WHERE s.line_id = c.line_id AND s.gate = c.gate
        AND s.state IN ('decided', 'approved') AND (s.by_policy OR d.id IS NOT NULL))""",
)
predicate(
    "I40",
    "nothing is prepared before the last approval it needs",
    """SELECT e.line_id, g.gate FROM redemption_events e
    JOIN (SELECT DISTINCT line_id, gate, needed FROM approval_steps) g ON g.line_id = e.line_id
    WHERE e.to_state IN ('approved', 'fulfilling', 'fulfilled')
    AND (g.needed > (SELECT COUNT(*) FROM approval_steps s WHERE s.line_id = g.line_id
        AND s.gate = g.gate AND s.state = 'approved' AND s.settled_at <= e.at
        AND (s.by_policy OR EXISTS (SELECT 1 FROM approval_decisions d WHERE d.step_id = s.id
            AND d.round = s.round AND d.verdict = 'approve' AND d.effective_at <= e.at)))
    OR EXISTS (SELECT 1 FROM approval_steps s WHERE s.line_id = g.line_id AND s.gate = g.gate
        AND s.state NOT IN ('approved', 'closed')))""",
)
predicate(
    "I40-policy",
    "a policy says yes only where it lets small things through, when it is time and never to trips",
    """SELECT s.id, s.line_id FROM approval_steps s
    JOIN redemption_lines l ON l.id = s.line_id
    JOIN rewards r ON r.id = l.reward_id
    JOIN approval_policies p ON p.id = s.policy_id
    LEFT JOIN approval_clocks c ON c.step_id = s.id
    WHERE s.by_policy AND (p.passes_after_hours IS NULL OR c.passes_at IS NULL
        OR s.settled_at < c.passes_at OR r.kind IN ('individual_travel', 'group_trip'))""",
)
predicate(
    "I45-clocks",
    "each step that waits has a clock, and nobody who should be reminded is forgotten",
    """SELECT s.id, s.line_id FROM approval_steps s
    JOIN redemption_lines l ON l.id = s.line_id
    LEFT JOIN approval_clocks c ON c.step_id = s.id
    WHERE s.state = 'open' AND l.state = 'pending_approval' AND (c.step_id IS NULL
        OR l.decide_by > :now AND (c.remind_at < :day_ago AND c.reminded_at IS NULL
            OR c.escalate_at < :day_ago AND c.escalated_at IS NULL))""",
)
predicate(
    "I45-requests",
    "no answer and no deadline of a request is silently left behind",
    """SELECT line_id AS id, 'answer without effect' AS what FROM approval_steps
    WHERE state = 'decided' AND effective_at < :quarter_hour_ago
    UNION ALL SELECT id, 'past its last day' FROM redemption_lines
    WHERE state = 'pending_approval' AND decide_by < :day_ago
    UNION ALL SELECT l.id, 'waits for nobody' FROM redemption_lines l
    WHERE l.state = 'pending_approval' AND NOT EXISTS (SELECT 1 FROM approval_steps s
        WHERE s.line_id = l.id AND s.state IN ('open', 'decided'))
    UNION ALL SELECT s.line_id, 'asks though it is over' FROM approval_steps s
    JOIN redemption_lines l ON l.id = s.line_id
    WHERE s.state IN ('waiting', 'open', 'decided') AND l.state <> 'pending_approval'""",
)
predicate(
    "I21-requests",
    "a budget has set aside and spent what live requests draw on it, beside invitations",
    f"""SELECT b.budget_id, b.reserved, b.spent FROM budget_balances b
    JOIN budgets g ON g.id = b.budget_id AND g.purpose = 'rewards'
    LEFT JOIN (SELECT budget_id,
        SUM(CASE WHEN state IN ({_HELD}) THEN budget_points ELSE 0 END) AS held,
        SUM(CASE WHEN state IN ({_SPENT}, 'refunded') THEN budget_points - COALESCE(r.points, 0)
            ELSE 0 END) AS gone
        FROM redemption_lines LEFT JOIN (SELECT line_id, SUM(points) AS points FROM line_refunds
            GROUP BY line_id) r ON r.line_id = id
        WHERE budget_id IS NOT NULL GROUP BY budget_id) l
    ON l.budget_id = b.budget_id
    LEFT JOIN (SELECT budget_id,
        SUM(CASE kind WHEN 'reserve' THEN points WHEN 'give_back' THEN 0 ELSE -points END) AS held,
        SUM(CASE kind WHEN 'spend_reserved' THEN points WHEN 'give_back' THEN -points
            ELSE 0 END) AS gone
        FROM budget_entries WHERE reference LIKE 'invitation:%' GROUP BY budget_id) i
    ON i.budget_id = b.budget_id
    WHERE b.reserved <> COALESCE(l.held, 0) + COALESCE(i.held, 0)
    OR b.spent <> COALESCE(l.gone, 0) + COALESCE(i.gone, 0)""",  # noqa: S608
)
