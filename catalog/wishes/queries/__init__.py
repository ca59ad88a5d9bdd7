"""What the pages say about wishes, goals, what was looked at and what many chose."""
