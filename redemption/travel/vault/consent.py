"""What people agree to before anything about diet, access or an emergency contact is kept.

A version that somebody agreed to never changes: other words are another version.
"""

CURRENT = "2026-12"
TEXTS = {
    "2026-12": (
        "I agree that what I write about my diet, my access needs and my emergency contact is "
        "kept for my trip, encrypted with a key of my own. Some of it may say something about my "
        "health or my belief. People who plan trips can read it with a reason, which I can look "
        "up; hotels, airlines and guides get only what they need to look after me. It is deleted "
        "soon after the trip, on the day shown beside it. I can take this back at any time, and "
        "then it is deleted at once."
    )
}
