"""Pages of trainings: those who learn, and those who run them."""

from marketplace.programs.trainings.views import courses, learner, manager, panels

__all__ = ["panels"]

blueprints = (courses.bp, learner.bp, manager.bp)
