"""Pages of recognition."""

from marketplace.recognition.views import programs

blueprints = (programs.bp,)
