"""What the pages around vouchers take in: syntax only."""

from wtforms import BooleanField, TextAreaField

from marketplace.web.forms import Filled, Lines, PageForm


class VoidForm(PageForm):
    """Why a voucher is taken out of use, and whether a new code takes its place."""

    reason = TextAreaField(
        "Why is it taken out of use?",
        description="Others who look after vouchers read this.",
        validators=[
            Filled("Write a reason."),
            Lines(500),
        ],
    )
    reissue = BooleanField("Issue a new code in its place, at no cost in points")
