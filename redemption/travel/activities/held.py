"""Seats that people have, where the plan of a trip is changed."""

from catalog.trips.kept import keeps_seats
from redemption.travel.activities.queries import seats_taken

keeps_seats(seats_taken)
