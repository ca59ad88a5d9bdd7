"""Nomination awards: colleagues name somebody, others choose, a second person confirms."""
