"""The desk: piles of tasks, one task with its steps; and the parcel or trip on a request's page."""

from redemption.fulfillment.views import own, piles, tasks
from redemption.fulfillment.views.shared import bp

__all__ = ["bp", "own", "piles", "tasks"]
