"""Forms of shared goals and milestone paths: syntax only.

Rows are there in a fixed number; a row without a name is not meant. Buttons that add rows or fill
in milestones send the form to be shown again, and nothing is saved.
"""

from marketplace.programs.goals.forms.goal import GoalFields, GoalProgramForm, GoalRuleForm
from marketplace.programs.goals.forms.path import PathFields, PathProgramForm, PathRuleForm

__all__ = [
    "GoalFields",
    "GoalProgramForm",
    "GoalRuleForm",
    "PathFields",
    "PathProgramForm",
    "PathRuleForm",
]
