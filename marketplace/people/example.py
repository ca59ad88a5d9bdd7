"""A file of people to start from, and the profile that reads it."""

from marketplace.imports.registry import Example

EXAMPLE = Example(
    file_name="people-example.csv",
    file="""\
Staff number,Name,Work e-mail,Title,Department,Site,Country,Joined,Manager
1001,Nora Lindqvist,nora.lindqvist@example.com,Head of sales,Sales,Hamburg,DE,2019-02-28,
1002,Leo Martins,leo.martins@example.com,Account executive,Sales,Lisbon,PT,2021-05-13,1001
""",
    profile="""\
kind = "people"

[identity]
column = "Staff number"      # what never changes about a person

[manager]
column = "Manager"           # the staff number of the manager
# by = "email"               # if the column holds e-mail addresses instead

[columns]                    # on the left Laurel's word, on the right your heading
name = "Name"
email = "Work e-mail"
title = "Title"
department = "Department"
site = "Site"
country = "Country"
hire_date = "Joined"
""",
)
