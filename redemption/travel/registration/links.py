"""The tokens of guests' links: they follow from the secret key, and only their hash is kept."""

from marketplace.kernel.secrets import fingerprint

PURPOSE = "guest link"


def token_for(traveler_id: int, series: int) -> str:
    """The token of a guest's link of a series; nobody guesses it without the secret key."""
    return fingerprint(f"{traveler_id}:{series}", PURPOSE)
