"""Words that nothing with an address of its own may be called."""

PAGES = frozenset(
    {
        *(
            "back",
            "bookings",
            "bulk",
            "calendars",
            "columns",
            "forget-viewed",
            "mail",
            "new",
            "no-goal",
            "notes",
            "pools",
            "preview",
            "report",
        ),
        *("to-decide", "transfers", "try", "wait", "waiting"),
    }
)
"""Pages that stand where others have a made-up address; a test compares them with the routes."""
