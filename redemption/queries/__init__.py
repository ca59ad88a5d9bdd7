"""What people see of their requests: before asking, in their list, and each with its story."""

from redemption.queries.check_page import CheckPage, Looked, check_page
from redemption.queries.facts import facts_of
from redemption.queries.my_requests import LineRow, RequestRow, my_requests, waits_for_approval
from redemption.queries.operators import OperatorRow, every_request, stories_for_operators
from redemption.queries.request_page import RequestPage, request_page
from redemption.queries.usual_wait import usual_wait
from redemption.queries.whole_request import CancelPage, WholePage, cancel_page, whole_request

__all__ = [
    "CancelPage",
    "CheckPage",
    "LineRow",
    "Looked",
    "OperatorRow",
    "RequestPage",
    "RequestRow",
    "WholePage",
    "cancel_page",
    "check_page",
    "every_request",
    "facts_of",
    "my_requests",
    "request_page",
    "stories_for_operators",
    "usual_wait",
    "waits_for_approval",
    "whole_request",
]
