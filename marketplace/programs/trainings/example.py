"""A file of completions to start from, and the profile that reads it."""

from marketplace.imports.registry import Example

EXAMPLE = Example(
    file_name="completions-example.csv",
    file="""\
Work e-mail,Course,Finished,Certificate
leo.martins@example.com,reading-a-campaign,2026-10-28,C-1001
mia.keller@example.com,reading-a-campaign,2026-10-30,C-1002
""",
    profile="""\
kind = "completions"

[person]
column = "Work e-mail"
by = "email"                 # or "identity" for a staff number

[columns]                    # on the left Laurel's word, on the right your heading
course = "Course"            # the short name of the course, or its name
date = "Finished"
reference = "Certificate"    # what makes a row the same row next month
""",
)
