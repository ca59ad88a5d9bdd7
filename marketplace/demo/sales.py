"""Three months of orders, made up the same way every time, relative to the day of loading."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.programs.operations.results import Reported

DAYS = 84
CUSTOMERS = (
    "Harbor Mills", "Kestrel Clinics", "Odense Foods", "Tallinn Freight", "Marble Arch Hotels",
    "Sunfield Schools", "Pinewood Press", "Halden Works", "Riverbend Energy", "Blue Door Studios",
)  # fmt: skip
PRODUCTS = ("Core", "Core Plus", "Insight", "Field app", "Onboarding")
REGIONS = {"PT": "Iberia", "ES": "Iberia", "DE": "Central Europe", "GB": "North", "US": "Americas"}


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody who brings orders in, and how many a month, of what size in euros."""

    handle: str
    country: str
    orders: int
    typical: int


SALES = (
    Seller("jonas.lind", "DE", 30, 46_000),
    Seller("ben.osei", "GB", 22, 31_000),
    Seller("clara.weiss", "DE", 26, 38_000),
    Seller("rahul.mehta", "IN", 18, 24_000),
    Seller("grace.kim", "US", 28, 52_000),
    Seller("mateo.silva", "US", 14, 21_000),
    Seller("amara.okafor", "GB", 8, 64_000),
)
CAMPAIGNS = (
    Seller("maya.chen", "PT", 26, 16_500),
    Seller("tomas.ortega", "ES", 24, 26_000),
    Seller("sofia.lindqvist", "DE", 20, 33_000),
    Seller("hiroshi.tanaka", "JP", 18, 21_000),
    Seller("leila.farouk", "PT", 12, 15_000),
)


def orders(
    sellers: tuple[Seller, ...], people: dict[str, int], prefix: str, last_day: date
) -> Iterator[Reported]:
    """Order lines of the last twelve weeks, one to three lines an order, numbered by day."""
    for seller in sellers:
        draw = random.Random(f"{prefix}{seller.handle}")  # noqa: S311  the same demo every time
        drawn = [_order(draw, seller, last_day) for _ in range(seller.orders)]
        for number, (on_day, lines) in enumerate(sorted(drawn, key=lambda order: order[0])):
            reference = f"{prefix}-{people[seller.handle]:02d}{number:03d}"
            for line, (amount, dimensions) in enumerate(lines, start=1):
                yield Reported(
                    employee_id=people[seller.handle],
                    on_day=on_day,
                    amount=amount,
                    group_ref=reference,
                    external_ref=f"{reference}/{line}",
                    dimensions=dimensions,
                )


Line = tuple[int, dict[str, str]]


def _order(draw: random.Random, seller: Seller, last_day: date) -> tuple[date, list[Line]]:
    on_day = last_day - timedelta(days=draw.randrange(DAYS))
    lines = [_line(draw, seller, line) for line in range(1, draw.randint(1, 3) + 1)]
    return on_day, lines


def _line(draw: random.Random, seller: Seller, line: int) -> Line:
    amount = int(seller.typical * 100 * draw.uniform(0.35, 1.2) / line)
    return amount, {
        "customer": draw.choice(CUSTOMERS),
        "product": draw.choice(PRODUCTS),
        "region": REGIONS.get(seller.country, "Asia"),
    }
