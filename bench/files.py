"""Files of people and of order lines, the same every time: no chance, so no seed either."""

import csv
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2026, 1, 1)
DAYS = 90
SELLERS = 17
MANAGED_BY_ONE = 8

PEOPLE_PROFILE = """kind = "people"
dates = "YYYY-MM-DD"

[file]
delimiter = ","

[identity]
column = "Id"

[manager]
column = "Manager"

[columns]
name = "Name"
email = "E-mail"
department = "Department"
hire_date = "Joined"
title = "Title"
country = "Country"
"""

RESULTS_PROFILE = """kind = "results"
dates = "YYYY-MM-DD"

[file]
delimiter = ","

[person]
column = "Seller"

[columns]
date = "Day"
amount = "Amount"
group = "Order"
reference = ["Order", "Line"]

[dimensions]
product = "Product"
customer = "Customer"
region = "Region"

[constants]
currency = "USD"
"""

_REGIONS = ("North", "South", "East", "West", "Überall", "Québec")


def write_people(path: Path, number: int) -> None:
    """A tree of people, eight to a manager, in four hundred departments."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["Id", "Name", "E-mail", "Department", "Manager", "Joined", "Title", "Country"]
        )
        for n in range(1, number + 1):
            manager = "" if n == 1 else f"P{(n - 2) // MANAGED_BY_ONE + 1:06d}"
            joined = FIRST_DAY - timedelta(days=n % 6000)
            who = (f"P{n:06d}", f"Person Número {n}", f"person{n}@bench.example")
            where = (f"Department {n % 400}", manager, joined.isoformat(), f"Title {n % 3000}")
            out.writerow([*who, *where, "US" if n % 2 else "DE"])


def seller(number: int) -> str:
    """The id of a seller in the file of lines."""
    return f"S{number:03d}"


def write_lines(path: Path, lines: int, orders: int) -> None:
    """Lines of orders, sixteen to an order on average, of seventeen sellers over ninety days."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        header = ["Order", "Line", "Seller", "Day", "Amount", "Product", "Customer", "Region"]
        out.writerow(header)
        for n in range(lines):
            order = n * orders // lines
            day = FIRST_DAY + timedelta(days=order % DAYS)
            amount = f"{(n * 7919) % 400_000 / 100 + 1:.2f}"
            sale = (f"SO{order:06d}", n, seller(order % SELLERS), day.isoformat(), amount)
            facts = (f"Product {n % 350}", f"Customer {order % 600}", _REGIONS[order % 6])
            out.writerow([*sale, *facts])
