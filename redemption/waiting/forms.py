"""What the buttons of lines send: syntax only."""

from marketplace.web.forms import PageForm, WholeNumberField


class JoinForm(PageForm):
    """Which variant somebody waits for."""

    variant = WholeNumberField("Choice", low=1)
