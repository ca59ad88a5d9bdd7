"""What the pages of the desk share."""

from flask import Blueprint

bp = Blueprint("fulfillment", __name__)
