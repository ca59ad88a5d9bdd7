"""Pages of claims: the claimant's, and those of the people who decide."""

from marketplace.programs.claims.views import claimant, manager, panels

__all__ = ["panels"]

blueprints = (claimant.bp, manager.bp)
