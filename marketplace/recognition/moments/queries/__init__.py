"""Reading moments."""
