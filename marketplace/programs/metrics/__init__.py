"""Metrics at the manager's desk: what is counted, its results, and results by hand."""
