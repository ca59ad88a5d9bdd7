"""Seats that people have, where the plan of a trip is changed."""

from catalog.trips.holding import counts_seats
from redemption.travel.activities.queries import seats_taken

counts_seats(seats_taken)
