"""A ledger with many transfers, made in sets and free of violations.

Everybody is granted points again and again; half of each grant is set aside for a request, which is
captured (7 of 10), released (2 of 10) or still open. So three transfers belong together: grant,
hold and what became of it.
"""

from datetime import timedelta

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import UtcTime

MEMBERS = 20_000
ISSUANCE, REDEEMED, BUDGET, BEFORE_MEMBERS = 1, 2, 3, 3
PARTS = 3  # grant, hold, resolution
OPENING = 1  # the transfer that funds the budget

_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :top)"
)
_MEMBER = f"{BEFORE_MEMBERS} + 1 + (n - 1) % :members"
_GRANTED = "100 + (n * 37) % 900"
_HELD = "50 + n % 50"
_EXPLAINED = '{"event": "An order", "rule": "Points by order", "formula": "As told"}'
_ENDS = "CASE WHEN n % 10 < 7 THEN 'captured' WHEN n % 10 < 9 THEN 'released' ELSE 'open' END"

_PEOPLE = f"""INSERT INTO employees (id, external_id, name, status)
{_NUMBERS} SELECT n, 'P' || n, 'Person ' || n, 'active' FROM numbers"""
_ACCOUNTS = f"""INSERT INTO accounts (id, kind, owner_id, opened_at)
{_NUMBERS} SELECT {BEFORE_MEMBERS} + n, 'member', n, :granted_at FROM numbers"""
_SHARED = f"""INSERT INTO accounts (id, kind, owner_id, opened_at)
VALUES ({ISSUANCE}, 'issuance', 0, :granted_at), ({REDEEMED}, 'redeemed', 0, :granted_at),
({BUDGET}, 'budget', 1, :granted_at)"""
_FUND = f"""INSERT INTO transfers
(id, kind, debit_id, credit_id, amount, source_key, journal, reference, reason, occurred_at,
 posted_at) SELECT {OPENING}, 'fund', {ISSUANCE}, {BUDGET}, SUM({_GRANTED}), 'bench', 'bench',
'budget:1', 'For the year', :granted_at, :granted_at FROM (
{_NUMBERS} SELECT n FROM numbers) AS rounds"""
# Three transfers a round, in the order in which they would have happened.
_TRANSFERS = f"""INSERT INTO transfers
(id, kind, debit_id, credit_id, amount, pending_id, source_key, journal, reference, reason,
 actor_id, occurred_at, posted_at)
{_NUMBERS}, steps(step) AS (SELECT 0 UNION ALL SELECT step + 1 FROM steps WHERE step < {PARTS - 1})
SELECT {OPENING} + (n - 1) * {PARTS} + step + 1,
  CASE step WHEN 0 THEN 'grant' WHEN 1 THEN 'hold'
    ELSE CASE WHEN n % 10 < 7 THEN 'capture' ELSE 'release' END END,
  CASE step WHEN 0 THEN {BUDGET} ELSE {_MEMBER} END,
  CASE step WHEN 0 THEN {_MEMBER} ELSE {REDEEMED} END,
  CASE step WHEN 0 THEN {_GRANTED} ELSE {_HELD} END,
  CASE step WHEN 2 THEN {OPENING} + (n - 1) * {PARTS} + 2 END,
  CASE step WHEN 2 THEN NULL ELSE 'bench:' || n || ':' || step END,
  'bench:' || n, CASE step WHEN 0 THEN 'award:1/order-' || n ELSE 'hold:' || n END,
  'An order of the quarter', 1 + (n - 1) % :members,
  CASE step WHEN 0 THEN :granted_at ELSE :held_at END,
  CASE step WHEN 0 THEN :granted_at ELSE :held_at END
FROM numbers CROSS JOIN steps WHERE step < 2 OR n % 10 < 9
ORDER BY 1"""
_GRANT = f"{OPENING} + (n - 1) * {PARTS} + 1"
_LOTS = f"""INSERT INTO lots
(id, account_id, transfer_id, grant_id, granted, remaining, held, expires_at)
{_NUMBERS} SELECT n, {_MEMBER}, {_GRANT}, {_GRANT}, {_GRANTED},
  {_GRANTED} - CASE WHEN n % 10 < 7 THEN {_HELD} ELSE 0 END,
  CASE WHEN n % 10 = 9 THEN {_HELD} ELSE 0 END,
  CASE WHEN n % 2 = 0 THEN :expires_at END FROM numbers"""
_HOLDS = f"""INSERT INTO holds
(id, account_id, transfer_id, reference, amount, state, expires_at, resolved_at)
{_NUMBERS} SELECT n, {_MEMBER}, {OPENING} + (n - 1) * {PARTS} + 2, 'hold:' || n, {_HELD},
  {_ENDS}, :expires_at, CASE WHEN n % 10 < 9 THEN :held_at END FROM numbers"""
_HOLD_LOTS = f"""INSERT INTO hold_lots (hold_id, lot_id, amount)
{_NUMBERS} SELECT n, n, {_HELD} FROM numbers"""
_LOT_MOVES = f"""INSERT INTO lot_moves (lot_id, transfer_id, kind, delta)
{_NUMBERS} SELECT n, {OPENING} + n * {PARTS}, 'spend', -({_HELD}) FROM numbers
WHERE n % 10 < 7"""
_AWARDS = f"""INSERT INTO awards
(program_id, rule_version, employee_id, subject, revision, points, reason, explanation, budget_id,
 transfer_id, occurred_on, granted_at)
{_NUMBERS} SELECT 1, 1, 1 + (n - 1) % :members, 'order-' || n, 1, {_GRANTED},
  'An order of the quarter', '{_EXPLAINED}', 1, {OPENING} + (n - 1) * {PARTS} + 1, :day, :granted_at
FROM numbers"""
_BALANCES = """INSERT INTO account_balances (account_id, posted, held, floor)
SELECT account_id, SUM(remaining), SUM(held), 0 FROM lots GROUP BY account_id"""
_EMPTY_BALANCES = """INSERT INTO account_balances (account_id, posted, held, floor)
SELECT a.id, 0, 0, 0 FROM accounts a LEFT JOIN account_balances b ON b.account_id = a.id
WHERE a.kind = 'member' AND b.account_id IS NULL"""
_BUDGET = """INSERT INTO budgets (id, slug, name, purpose, starts_on, ends_on)
VALUES (1, 'bench', 'The year', 'awards', :day, :last_day)"""
_PROGRAM = """INSERT INTO programs
(id, slug, name, summary, kind, state, starts_on, ends_on, budget_id, owner_id, created_at)
VALUES (1, 'bench', 'Orders', '', 'order_rule', 'running', :day, :last_day, 1, 1, :granted_at)"""
_RULE = """INSERT INTO program_rules (program_id, version, terms, reason, at)
VALUES (1, 1, '{}', '', :granted_at)"""
_LAUNCH = """INSERT INTO program_events (program_id, to_state, reason, at)
VALUES (1, 'running', '', :granted_at)"""
_BUDGET_BALANCE = """INSERT INTO budget_balances (budget_id, amount, reserved, spent)
SELECT 1, amount, 0, amount FROM transfers WHERE kind = 'fund'"""
_BUDGET_ENTRIES = """INSERT INTO budget_entries (budget_id, kind, points, reference, at)
SELECT 1, 'fund', amount, 'bench', :granted_at FROM transfers WHERE kind = 'fund'
UNION ALL SELECT 1, 'spend', amount, 'bench', :granted_at FROM transfers WHERE kind = 'fund'"""

# In the order the foreign keys ask for; with how many numbers each statement counts.
_PER_MEMBER = (_PEOPLE, _ACCOUNTS)
_PER_ROUND = (_FUND, _TRANSFERS, _LOTS, _HOLDS, _HOLD_LOTS, _LOT_MOVES)
_AFTERWARDS = (
    _BALANCES,
    _EMPTY_BALANCES,
    _BUDGET,
    _BUDGET_BALANCE,
    _BUDGET_ENTRIES,
    _PROGRAM,
    _RULE,
    _LAUNCH,
)


def statements(transfers: int) -> list[sa.Executable]:
    """What fills an empty ledger with about so many transfers (a tenth of the holds is open)."""
    rounds = max(1, transfers * 10 // (10 * PARTS - 1))
    members = min(MEMBERS, rounds)
    return [
        *(_bound(sql, members, members) for sql in (*_PER_MEMBER, _SHARED)),
        *(_bound(sql, rounds, members) for sql in (*_PER_ROUND, *_AFTERWARDS, _AWARDS)),
    ]


def _bound(sql: str, top: int, members: int) -> sa.TextClause:
    now = clock.now()
    granted_at, held_at = now - timedelta(days=60), now - timedelta(days=30)
    moments = {
        "granted_at": granted_at,
        "held_at": held_at,
        "expires_at": now + timedelta(days=60),
    }
    days = {"day": granted_at.date(), "last_day": now.date() + timedelta(days=300)}
    known = [
        *(sa.bindparam(name, moment, UtcTime()) for name, moment in moments.items()),
        *(sa.bindparam(name, day, sa.Date()) for name, day in days.items()),
        sa.bindparam("top", top, sa.Integer()),
        sa.bindparam("members", members, sa.Integer()),
    ]
    return sa.text(sql).bindparams(*(bound for bound in known if f":{bound.key}" in sql))
