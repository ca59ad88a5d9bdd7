"""A file of targets to start from, and the profile that reads it."""

from marketplace.imports.registry import Example

EXAMPLE = Example(
    file_name="targets-example.csv",
    file="""\
Work e-mail,Month,Target,Currency
leo.martins@example.com,2026-10,20000,EUR
leo.martins@example.com,2026-11,22500,EUR
""",
    profile="""\
kind = "targets"
dates = "YYYY-MM"            # a month; any day of it does as well

[person]
column = "Work e-mail"
by = "email"                 # or "identity" for a staff number

[columns]                    # on the left Laurel's word, on the right your heading
date = "Month"               # with until = "Last day" it is the first day
amount = "Target"
currency = "Currency"

# A column per month instead: leave date and amount out above and write
# [wide]
# year = "Year"
# months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# [numbers]
# scale = 1000               # when the table is in thousands
""",
)
