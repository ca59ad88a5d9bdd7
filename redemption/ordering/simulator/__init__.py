"""A provider of gift cards that is none: it answers like one, and as badly as it is told to.

It shares no table with Laurel and runs as its own process. Its codes buy nothing anywhere.
"""
