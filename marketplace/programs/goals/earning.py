"""The two kinds of programs of this slice."""

from marketplace.programs.earning import register
from marketplace.programs.goals.paths import PathEarner
from marketplace.programs.goals.shared import GoalEarner

register(GoalEarner())
register(PathEarner())
