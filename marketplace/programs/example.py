"""A file of results to start from, and the profile that reads it."""

from marketplace.imports.registry import Example

EXAMPLE = Example(
    file_name="results-example.csv",
    file="""\
Work e-mail,Day,Order,Line,Amount,Currency,Customer,Product
leo.martins@example.com,2026-10-28,SO-100,1,12500.00,EUR,Harbor Mills,Core
leo.martins@example.com,2026-10-30,SO-101,1,3900.00,EUR,Odense Foods,Onboarding
""",
    profile="""\
kind = "results"

[person]
column = "Work e-mail"
by = "email"                 # or "identity" for a staff number

[columns]                    # on the left Laurel's word, on the right your heading
date = "Day"
amount = "Amount"
currency = "Currency"
group = "Order"              # points are counted per order
reference = ["Order", "Line"]  # what makes a row the same row next month

[dimensions]                 # names of your own, to filter and group by
customer = "Customer"
product = "Product"
""",
)
