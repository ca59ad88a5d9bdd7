"""Why something about a trip that is over can't be done: the fact, and what to do."""

from marketplace.kernel.errors import DomainError


class AlreadyAnswered(DomainError):
    """Each traveler answers once."""

    code = "already_answered"

    def __init__(self) -> None:
        super().__init__(
            "You have answered already, and thank you. Answers carry no name, so nobody can find "
            "yours to change it."
        )


class SurveyClosed(DomainError):
    """It is not open, or not any more."""

    code = "survey_closed"


class OtherCurrency(DomainError):
    """All costs of a departure are in one currency."""

    code = "other_currency"

    def __init__(self, asked: str, kept: str) -> None:
        super().__init__(
            f"The costs of this departure are in {kept}. Enter this one in {kept}, too, not in "
            f"{asked}, by the rate you paid. Nothing was added.",
            field="currency",
        )


class TooFewAnswers(DomainError):
    """So few that they would tell who gave them."""

    code = "too_few_answers"

    def __init__(self, *, answers: int, least: int) -> None:
        super().__init__(
            f"{answers} of at least {least} people have answered. What they said is shown from "
            f"{least} on, so that nobody can tell who said what.",
            answers=answers,
            least=least,
        )
