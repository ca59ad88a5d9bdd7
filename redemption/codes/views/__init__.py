"""Codes in stock for those who look after them, and “it doesn't work” for who has one."""

from redemption.codes.views import files, own, reports, stock
from redemption.codes.views.shared import bp

__all__ = ["bp", "files", "own", "reports", "stock"]
