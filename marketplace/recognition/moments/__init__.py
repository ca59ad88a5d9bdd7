"""Recognition in person: a meeting with slides, quick capture, attendance, and sheets on paper."""
