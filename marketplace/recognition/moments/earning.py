"""Coming to a meeting of another department, paid by the rule of a recognition program."""

from marketplace.recognition.earning import also_brings
from marketplace.recognition.moments.queries.attendance import attendance_deserved

also_brings(attendance_deserved)
