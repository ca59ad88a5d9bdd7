"""Contests in the browser: for those who compete, and for those who run them."""

from marketplace.programs.contests.views import desk, panels, rules
from marketplace.programs.contests.views.seen import bp

blueprints = (bp, rules.bp, desk.bp)

__all__ = ["blueprints", "panels"]
