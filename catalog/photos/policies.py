"""What has to be said with a photo."""

LONGEST_ALT = 200


def alt_obstacle(alt: str, *, is_decorative: bool) -> str | None:
    """What is wrong with the words for a photo, or None."""
    if is_decorative and alt:
        return "Clear the description, or don't call the photo decoration: it is one or the other."
    if not is_decorative and not alt:
        return (
            "Say in a few words what the photo shows, for people who don't see it, or mark it as "
            "decoration."
        )
    if len(alt) > LONGEST_ALT:
        return f"Keep the description under {LONGEST_ALT} characters; it has {len(alt):,}."
    return None
