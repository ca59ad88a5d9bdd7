"""The look of a reward: an own photo, or generated art that the dice draws another way."""
