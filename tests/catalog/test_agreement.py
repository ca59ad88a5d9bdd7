"""Shelf, page, check and submit agree on who may have what and at which price, whoever looks."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from catalog import operations, queries
from catalog.audiences.clauses import any_way, clauses_of
from catalog.audiences.operations import invite
from catalog.errors import NotEligible, NotOnSale, PriceChanged, StillLocked
from catalog.offers import Offer
from catalog.operations import NewPrice
from catalog.queries import Sort, StoreFilters, picks, shelf_page
from catalog.queries.audience import reader_of
from catalog.shelf import census
from catalog.states import AudienceAttribute as Attribute
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.ledger.errors import InsufficientPoints
from marketplace.ledger.queries import points_of
from marketplace.people.operations.employment import department_named
from redemption.operations.submit import submit_redemption
from redemption.queries import Looked, check_page
from tests.support.catalog import draft_reward, put_tiers
from tests.support.ledger import GIVEN, give_points
from tests.support.people import actor, employ
from tests.support.redemption import new_key, order_for

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 8))]
PEOPLE, REWARDS, LOOKED_AT = 4, 28, 9
SITES, COUNTRIES = ("Lisbon", "Oslo"), ("PT", "NO", "BR")
SYSTEM = Actor.system()


@dataclass(frozen=True)
class House:
    """What chance built: people, and moments at which they look."""

    people: list[Actor]
    moments: list[datetime]
    slugs: list[str]


def build(seed: int, at: datetime) -> House:
    dice = random.Random(seed)
    with transaction():
        departments = [str(department_named(name)) for name in ("Sales", "Marketing")]
    tiers = put_tiers()
    people = [_person(dice, number, at) for number in range(PEOPLE)]
    slugs = []
    for number in range(REWARDS):
        name = f"Reward {number}"
        kind, tier = dice.choice(list(Kind)), dice.choice(list(tiers))
        reward_id = draft_reward(name, kind=kind, tier=tier, **_window(dice, at))
        slugs.append(f"reward-{number}")
        with transaction():
            _price(dice, reward_id, at)
            rules = _rules(dice, departments, reward_id)
            operations.open_to(rules, reward_id=reward_id, at=at)
            if dice.random() < 0.9:
                operations.publish_reward(SYSTEM, reward_id, at=at)
    with transaction():
        _close_tiers(dice, tiers, people, departments, at)
    moments = [at, at + timedelta(days=3), at + timedelta(days=40)]
    return House(people, moments, slugs)


def _person(dice: random.Random, number: int, at: datetime) -> Actor:
    person_id = employ(
        f"Person {number}",
        department=dice.choice(["Sales", "Marketing"]),
        site=dice.choice(SITES),
        country=dice.choice(COUNTRIES),
        hired_on=dice.choice([date(2020, 1, 1), at.date() - timedelta(days=380), None]),
        roles=dice.choice([(), (Role.FINANCE,)]),
    )
    if dice.random() < 0.5:
        give_points(person_id, dice.choice([500, 5_000]))
    return actor(person_id)


def _window(dice: random.Random, at: datetime) -> dict[str, datetime]:
    begins, ends = at + timedelta(days=2), at + timedelta(days=20)
    windows = [{}, {}, {}, {"visible_from": begins}, {"visible_until": ends}]
    return dice.choice([*windows, {"visible_from": begins, "visible_until": ends}])


def _price(dice: random.Random, reward_id: int, at: datetime) -> None:
    for label in ("Small", "Large")[: dice.randint(1, 2)]:
        new = operations.NewVariant(label=label, points=dice.choice([400, 900, 3_000, 12_000]))
        variant_id = operations.add_variant(SYSTEM, reward_id, new, at=at)
        for _ in range(dice.randint(0, 2)):
            begins = at + timedelta(days=dice.randint(0, 3))
            lasts = dice.choice([None, begins + timedelta(days=2)])
            country = dice.choice([None, "BR", "NO"])
            points = dice.choice([300, 800, 2_500, *([None] if country and not lasts else [])])
            planned = NewPrice(points=points, country=country, valid_from=begins, valid_until=lasts)
            operations.plan_price(SYSTEM, variant_id, planned, at=at)


def _rules(dice: random.Random, departments: list[str], reward_id: int):
    choices = {
        Attribute.DEPARTMENT: [dice.choice(departments)],
        Attribute.SITE: [dice.choice(SITES)],
        Attribute.COUNTRY: dice.sample(COUNTRIES, 2),
        Attribute.OUTSIDE_COUNTRY: ["BR"],
        Attribute.ROLE: ["finance"],
        Attribute.TENURE_MONTHS: ["12"],
        Attribute.POINTS_EARNED: ["1000"],
        Attribute.PROGRAM: [str(GIVEN)],
        Attribute.ENTITLEMENT: [str(reward_id)],
    }
    asked = dice.sample(list(choices), dice.choice([0, 0, 1, 1, 2]))
    return clauses_of(
        {attribute: choices[attribute] for attribute in asked},
        is_shown_locked=dice.choice([None, None, False]),
    )


def _close_tiers(dice, tiers, people, departments, at: datetime) -> None:
    top = tiers["summit"]
    ways = {Attribute.POINTS_EARNED: ["4000"], Attribute.INVITATION: [str(top)]}
    operations.open_to(any_way(ways, is_shown_locked=True), tier_id=top, at=at)
    invite(SYSTEM, top, dice.choice(people).id, at=at)
    only = {Attribute.DEPARTMENT: [dice.choice(departments)]}
    operations.open_to(only, tier_id=tiers["voyager"], at=at)


def whole_shelf(person: Actor, at: datetime, **filters) -> Iterator[queries.Card]:
    asked = StoreFilters(**filters)
    while True:
        page = queries.storefront(reader_of(person, at), asked, available=900)
        yield from page.cards
        if not page.next_after:
            return
        asked = StoreFilters(**{**filters, "after": page.next_after})


def page_says(person: Actor, slug: str, at: datetime):
    try:
        return queries.reward_page(person, slug, available=0, at=at)
    except NotFound:
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_shelf_page_and_submit_agree_about_random_people_and_rewards(at, seed):
    house, dice = build(seed, at), random.Random(seed)
    open_ones = locked_ones = hidden_ones = 0
    answers: set[type] = set()
    for moment in house.moments:
        for person in house.people:
            shelf = {card.slug: card for card in whole_shelf(person, moment)}
            counts_agree(person, set(shelf), moment)
            for slug in dice.sample(house.slugs, LOOKED_AT):
                page = page_says(person, slug, moment)
                assert (slug in shelf) == (page is not None), (slug, person, moment)
                if page is None:
                    hidden_ones += 1
                    continue
                answers |= agree(person, shelf[slug], page, moment)
                locked_ones += page.chosen.lock is not None
                open_ones += page.chosen.lock is None
        narrowing_agrees(dice.choice(house.people), moment)
    assert min(open_ones, locked_ones, hidden_ones) > 3
    assert answers >= {type(None), StillLocked, InsufficientPoints}


def agree(person: Actor, card: queries.Card, page: queries.RewardPage, at: datetime) -> set[type]:
    """Hold one page against its card, the check page and submit; what submit answered."""
    answers = set()
    assert card.points == min(offer.points for offer in page.offers)
    for offer in page.offers:
        assert offer.lock == card.lock
        looked, available = Looked(offer.variant_id), points_of(person.id, at=at).available
        check = check_page(person, page.chosen.slug, looked, available=available, at=at)
        assert check.offer == offer
        refused = submitted(person, offer, at)
        answers.add(type(refused))
        assert (refused is None) == (check.obstacle is None), (refused, check.obstacle, person)
        if offer.lock is not None:
            assert isinstance(refused, StillLocked)
        with transaction(undo=True):
            if offer.lock is not None:
                with pytest.raises(StillLocked):
                    confirm(person, offer.variant_id, offer.points, at)
                continue
            assert confirm(person, offer.variant_id, offer.points, at) == offer
            with pytest.raises(PriceChanged):
                confirm(person, offer.variant_id, offer.points + 1, at)
    return answers


def submitted(person: Actor, offer: Offer, at: datetime) -> DomainError | None:
    """What asking for it in earnest was refused with; it is undone again."""
    try:
        with transaction(undo=True):
            submit_redemption(person, order_for(offer), request_key=new_key(), at=at)
    except DomainError as refusal:
        return refusal
    return None


def confirm(person: Actor, variant_id: int, points: int, at: datetime):
    return operations.confirm_offer(person, variant_id, seen_points=points, at=at)


def counts_agree(person: Actor, every_slug: set[str], at: datetime) -> None:
    plain = queries.storefront(reader_of(person, at), StoreFilters(), available=900)
    assert plain.everything == plain.matching == len(every_slug)
    found = queries.storefront(reader_of(person, at), StoreFilters(query="rew"), available=900)
    assert (found.matching, found.kinds, found.tiers, found.within_reach) == (
        plain.matching,
        plain.kinds,
        plain.tiers,
        plain.within_reach,
    )


def narrowing_agrees(person: Actor, at: datetime) -> None:
    """Every facet counts what choosing it leaves, and every order lists the same."""
    plain = queries.storefront(reader_of(person, at), StoreFilters(), available=900)
    for sort in Sort:
        listed = [card.slug for card in whole_shelf(person, at, sort=sort)]
        assert len(listed) == len(set(listed)) == plain.matching
    for facet in plain.kinds:
        assert len(list(whole_shelf(person, at, kind=Kind(facet.value)))) == facet.count
    for facet in plain.tiers:
        assert len(list(whole_shelf(person, at, tier=facet.value))) == facet.count
    assert len(list(whole_shelf(person, at, within_reach=True))) == plain.within_reach
    bounds = {"points_from": 500, "points_to": 3_000}
    between = queries.storefront(reader_of(person, at), StoreFilters(**bounds), available=900)
    assert between.matching == len(list(whole_shelf(person, at, **bounds)))


def test_the_comparison_notices_when_the_shelf_looks_away(at, monkeypatch):
    """The negative control: a shelf that forgets audiences no longer agrees with the pages."""
    house, really = build(0, at), picks.seen
    monkeypatch.setattr(picks, "seen", lambda: really()[:2])
    shelf_page._statement.cache_clear()
    try:
        shelves = {person.id: set(slugs_seen(person, at)) for person in house.people}
    finally:
        shelf_page._statement.cache_clear()
    assert any(
        page_says(person, slug, at) is None
        for person in house.people
        for slug in shelves[person.id]
    )


def slugs_seen(person: Actor, at: datetime) -> Iterator[str]:
    return (card.slug for card in whole_shelf(person, at))


def test_counts_are_kept_until_the_shelf_changes(at, monkeypatch):
    house = build(1, at)
    counted = []
    really = census._counted
    monkeypatch.setattr(census, "_counted", lambda: counted.append(1) or really())
    person = house.people[0]
    for _ in range(3):
        queries.storefront(reader_of(person, at), StoreFilters(), available=0)
    assert len(counted) == 1
    with transaction():
        operations.retire_reward(SYSTEM, _some_published(house, at), reason="", at=at)
    queries.storefront(reader_of(person, at), StoreFilters(), available=0)
    assert len(counted) == 2


def _some_published(house: House, at: datetime) -> int:
    return next(iter(whole_shelf(house.people[0], at))).reward_id


def test_what_was_withdrawn_is_neither_on_the_page_nor_for_sale(maya, at):
    reward_id = draft_reward("Field watch")
    with transaction():
        small, large = (
            operations.add_variant(
                SYSTEM, reward_id, operations.NewVariant(label=label, points=points), at=at
            )
            for label, points in (("Small", 300), ("Large", 900))
        )
        operations.publish_reward(SYSTEM, reward_id, at=at)
        operations.withdraw_variant(SYSTEM, small, at=at)
    (card,) = whole_shelf(maya, at)
    assert card.points == 900
    with pytest.raises(NotOnSale):
        confirm(maya, small, 300, at)
    assert confirm(maya, large, 900, at).points == 900


def test_nobody_is_told_more_about_what_is_not_for_them_than_about_nothing(maya, at):
    reward_id = draft_reward("Secret")
    with transaction():
        _price(random.Random(1), reward_id, at)
        operations.open_to({Attribute.SITE: ["Oslo"]}, reward_id=reward_id, at=at)
        operations.publish_reward(SYSTEM, reward_id, at=at)
    assert list(whole_shelf(maya, at)) == []
    assert page_says(maya, "secret", at) is None
    with pytest.raises(NotEligible):
        confirm(maya, 999_999, 1, at)
