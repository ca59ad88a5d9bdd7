"""Bonuses: points that a manager gives by hand, one or many at a time, looked over before."""
