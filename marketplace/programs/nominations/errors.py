"""What a round refuses, in words."""

from marketplace.kernel.errors import DomainError


class RoundRefuses(DomainError):
    """The round, or the person's part in it, does not allow this now. Nothing was changed."""

    code = "round_refuses"


class AlreadyNominated(DomainError):
    """The same person was nominated by the same person in the same round."""

    code = "already_nominated"
