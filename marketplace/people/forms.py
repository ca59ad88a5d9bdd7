"""What people type to sign in and into their settings; syntax only."""

from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import Length

from marketplace.web.forms import Filled, Line, OneOf, PageForm, choices
from marketplace.web.shell import THEMES

_TOO_LONG = "This is longer than any we keep. Check what was pasted."


class SignInForm(PageForm):
    email = StringField("E-mail", validators=[Filled("Enter your e-mail."), Line(320)])
    password = PasswordField(
        "Password", validators=[Filled("Enter your password."), Length(max=1000, message=_TOO_LONG)]
    )
    next = HiddenField()


class PersonaForm(PageForm):
    """No more than a click."""

    next = HiddenField()


class PasswordForm(PageForm):
    current = PasswordField(
        "Current password",
        validators=[
            Filled("Enter the password you have now."),
            Length(max=1000, message=_TOO_LONG),
        ],
    )
    new = PasswordField(
        "New password",
        description="At least 12 characters. A few words in a row are easy to remember.",
        validators=[Filled("Enter a new password."), Length(max=1000, message=_TOO_LONG)],
    )
    again = PasswordField(
        "New password again",
        validators=[
            Filled("Enter the new password a second time."),
            Length(max=1000, message=_TOO_LONG),
        ],
    )


class AppearanceForm(PageForm):
    theme = RadioField(
        "Colors",
        choices=choices([("auto", "Like my device"), ("light", "Light"), ("dark", "Dark")]),
        validators=[OneOf(set(THEMES), "Choose one of the three.")],
    )
