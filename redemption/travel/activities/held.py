"""Seats that people have, where the plan of a trip is changed."""

from redemption.travel.activities.queries import seats_taken

keeps_seats(seats_taken)
