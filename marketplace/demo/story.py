"""The whole story at once, or nothing of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.reach.counting import count_report
from marketplace.access.actor import Actor
from marketplace.demo.absences import load_absences
from marketplace.demo.anniversaries import load_anniversaries
from marketplace.demo.audiences import load_audiences
from marketplace.demo.bonuses import load_bonuses
from marketplace.demo.books import load_books
from marketplace.demo.calendars import load_calendars
from marketplace.demo.codes import load_codes
from marketplace.demo.contests import load_contests
from marketplace.demo.deliveries import load_deliveries
from marketplace.demo.desk import load_desk
from marketplace.demo.funds import load_funds
from marketplace.demo.goals import load_goals
from marketplace.demo.invitations import load_invitations
from marketplace.demo.journeys import load_journeys
from marketplace.demo.learning import load_learning
from marketplace.demo.moments import load_moment
from marketplace.demo.nominations import load_nominations
from marketplace.demo.orders import load_orders
from marketplace.demo.people import load_people, load_point_values
from marketplace.demo.pools import load_pools
from marketplace.demo.programs import load_programs
from marketplace.demo.providers import load_providers
from marketplace.demo.recognition import load_recognition
from marketplace.demo.registrations import load_registrations
from marketplace.demo.requests import load_basket, load_choices, load_requests
from marketplace.demo.rewards import load_rewards, promise_no_markup
from marketplace.demo.shelf_views import load_views
from marketplace.demo.spurts import load_spurts
from marketplace.demo.travel_data import load_travel_data
from marketplace.demo.traveled import load_traveled
from marketplace.demo.trips import load_trips
from marketplace.demo.vouchers import load_vouchers
from marketplace.demo.waiting import load_lines, load_shortage, load_trip_line
from marketplace.demo.wishes import load_wishes
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from redemption.approvals.models import ApprovalPolicy
from redemption.approvals.operations.policies import ensure_default_policies

FIRST_DAY = timedelta(days=90)


def is_loaded() -> bool:
    """Whether the story was told in this database before."""
    session().close()
    return (
        session().scalar(sa.select(Program.id).where(Program.slug == "closed-orders")) is not None
    )


def load_story(at: datetime) -> bool:
    """Tell the story once; False when it is there already."""
    if is_loaded():
        return False
    with transaction():
        people = load_people(at - FIRST_DAY)
        priya = actor_of(people["priya.nair"])
        _load_shelf(priya, people, at)
        _load_earning(priya, people, at)
        _load_redeeming(priya, people, at)
        load_books(people["samuel.brandt"], at=at)
    count_report(at=at)
    return True


def _load_shelf(priya: Actor, people: dict[str, int], at: datetime) -> None:
    load_point_values()
    load_calendars(actor_of(people["samuel.brandt"]), at=at)
    load_rewards(at)
    load_views(priya, actor_of(people["maya.chen"]), at=at)
    load_providers(priya, at=at)
    load_codes(priya, at=at)
    load_trips(priya, at=at)
    promise_no_markup(at)


def _load_earning(priya: Actor, people: dict[str, int], at: datetime) -> None:
    _let_policies_hold(at - FIRST_DAY)
    load_pools(people, at=at - FIRST_DAY)
    load_programs(priya, people, at=at)
    load_spurts(priya, people, at=at)
    load_bonuses(priya, at=at)
    load_anniversaries(priya, at=at)
    load_recognition(priya, people, at=at)
    load_contests(priya, people, at=at)
    load_goals(priya, people, at=at)
    load_learning(priya, people, at=at)
    load_nominations(priya, people, at=at)
    load_moment(people, at=at)


def _let_policies_hold(since: datetime) -> None:
    """From the first day of the story on, also those that `db upgrade` put in place today."""
    ensure_default_policies(at=since)
    session().execute(
        sa.update(ApprovalPolicy)
        .where(ApprovalPolicy.valid_from > since, ApprovalPolicy.version == 1)
        .values(valid_from=since)
    )


def _load_redeeming(priya: Actor, people: dict[str, int], at: datetime) -> None:
    load_requests(people, at=at)
    load_basket(people, at=at)
    load_vouchers(people, at=at)
    load_deliveries(people, at=at)
    load_orders(people, at=at)
    load_choices(people, at=at)
    load_absences(people, at=at)
    load_wishes(people, at=at)
    load_lines(priya, people, at=at)
    load_trip_line(priya, people, at=at)
    load_shortage(people, at=at)
    load_invitations(people, at=at)
    load_journeys(people, at=at)
    load_registrations(people, at=at)
    load_desk(priya, at=at)
    load_traveled(priya, people, at=at)
    load_audiences(priya, people, at=at)
    load_travel_data(priya, people, at=at)
    load_funds(people, at=at)
