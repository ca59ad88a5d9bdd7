"""Registrations: one's own and one's guests', a guest's by their link, and the planner's desk."""

from redemption.travel.registration.views.desk import manage
from redemption.travel.registration.views.guest import bp as guest_bp
from redemption.travel.registration.views.own import bp

blueprints = (bp, guest_bp, manage)
