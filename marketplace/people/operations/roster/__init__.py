"""People from files, whole files at a time: every step is one statement over the staged rows."""
