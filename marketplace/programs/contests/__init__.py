"""Contests: who wins by what figure, what places bring, standings that explain themselves."""
