"""What the pages of codes have in common."""

from flask import Blueprint

bp = Blueprint("codes", __name__)
ROOT = "/manage/fulfillment/codes"
