"""Pages of nominations: naming, judging, results, and the desk of those who run the award."""

from marketplace.programs.nominations.views import judging, manage, nominating, panels, results

blueprints = (nominating.bp, manage.bp)

__all__ = ["blueprints", "judging", "manage", "nominating", "panels", "results"]
