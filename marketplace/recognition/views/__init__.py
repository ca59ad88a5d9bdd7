"""Pages of recognition."""

from marketplace.recognition.views import (
    feed,
    giving,
    manage,
    panels,  # noqa: F401  registers what programs show
    programs,
    settings,
)

blueprints = (feed.bp, giving.bp, settings.bp, manage.bp, programs.bp)
