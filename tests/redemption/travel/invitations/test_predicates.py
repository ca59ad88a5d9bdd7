"""Each predicate of invitations bites: a row is forged and exactly that is named."""

from dataclasses import replace

from catalog.trips.operations import set_terms
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.queries.own import trades_for_me
from redemption.travel.invitations.states import Trade
from tests.support.entitlements import won
from tests.support.invitations import accept, decline, invitation_of, invite
from tests.support.ledger import open_funded_budget
from tests.support.redemption import open_rewards_budget
from tests.support.tampering import named_when
from tests.support.waiting import somebody

ANOTHER = """INSERT INTO bookings (invitation_id, employee_id, trip_id, variant_id, reference,
places, state, confirmation, made_at, changed_at, version) SELECT 0, employee_id, trip_id,
variant_id, 'B-TWICE', 1, 'requested', '', made_at, changed_at, 1 FROM bookings"""
ELSE = "SELECT MIN(id) FROM accounts WHERE kind = 'member' AND id <> credit_id"
OVER = "SELECT 'invitation:' || id FROM trip_invitations WHERE state = 'declined'"
FORGED = {
    "I27-invitations": [
        "UPDATE bookings SET state = 'cancelled'",
        "UPDATE trip_invitations SET places = 2 WHERE state = 'accepted'",
        "UPDATE trip_invitations SET state = 'declined', places = 0 WHERE state = 'accepted'",
    ],
    "I27-once": [
        f"DROP INDEX uq_bookings_one_place; {ANOTHER}",
        "DROP INDEX uq_trip_invitations_one_live; UPDATE trip_invitations SET employee_id = 1",
    ],
    "I31-invitations": [
        "UPDATE trip_invitations SET state = 'lapsed' WHERE state = 'invited'",
        "DELETE FROM trip_invitation_events",
        "UPDATE trip_invitation_events SET from_state = 'declined' WHERE to_state = 'accepted'",
    ],
    "I26-rights": [
        "UPDATE entitlements SET state = 'declined'",
        "UPDATE entitlements SET variant_id = NULL, employee_id = employee_id + 1",
    ],
    "I20-trades": [
        "UPDATE trip_invitations SET trade_points = trade_points + 1 WHERE trade_points > 0",
        "UPDATE trip_invitations SET trade_points = 0, trade_transfer_id = NULL",
        "DELETE FROM budget_entries WHERE reference LIKE 'trade:%'",
        f"UPDATE transfers SET credit_id = ({ELSE}) WHERE source_key LIKE 'trade:%'",
        "UPDATE budget_entries SET budget_id = budget_id + 1 WHERE reference LIKE 'trade:%'",
        "UPDATE budget_entries SET reference = 'trade:0' WHERE reference LIKE 'trade:%'",
        "UPDATE trip_invitations SET trade = 'later' WHERE trade = 'points'",
        "UPDATE trip_invitations SET trade = 'nothing' WHERE trade = 'points'",
        "UPDATE trip_invitations SET trade = 'points' WHERE state = 'accepted'",
    ],
    "I21-invitations": [
        "UPDATE trip_invitations SET place_points = place_points + 1 WHERE budget_id IS NOT NULL",
        "DELETE FROM budget_entries WHERE reference LIKE 'invitation:%'",
        f"UPDATE budget_entries SET reference = 'invitation:0' WHERE reference = ({OVER})",
        "UPDATE trip_invitations SET budget_id = NULL, place_points = NULL WHERE places = 0",
    ],
}


def test_a_forged_row_is_named(club, at):
    trades = open_funded_budget(100_000, name="Trades")
    terms = replace(USUAL, trade_points=20_000, trade_budget_id=trades)
    with transaction():
        set_terms(club.priya, club.trip.reward_id, terms, seen=0, at=at)
    budget = open_rewards_budget(8 * 48_000)
    invite(club.priya, club.trip, club.people[:3], budget_id=budget)
    accept(club.maya)
    mine = invitation_of(club.ben.id).id
    (points,) = [one for one in trades_for_me(club.ben, mine, at=at) if one.trade is Trade.POINTS]
    decline(club.ben, points)
    eve = somebody("Eve Lund")
    with transaction():
        wanted = [won(eve.id, variant_id=club.trip.variant_id)]
        grant_entitlements(7, wanted, actor=Actor.system(), at=at)
    assert ledger_violations() == []
    for name, forgeries in FORGED.items():
        for forged in forgeries:
            assert named_when(name, *forged.split("; ")) == {name}, forged
    assert ledger_violations() == []
