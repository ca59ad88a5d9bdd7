"""Pages of moments."""

from marketplace.recognition.moments.views import attending, paper, preparing

blueprints = (attending.bp, preparing.bp, paper.bp)
