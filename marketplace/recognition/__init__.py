"""Recognition: thanks tied to a value, with or without points from a giving allowance."""
