"""Reading occasions."""
