"""Named points at which a test may kill the process, to prove that nothing is lost or doubled."""

import os
import signal

from marketplace.kernel.settings import Settings

_armed = ""


def arm(settings: Settings) -> None:
    """Take the point to die at from the settings (`LAUREL_CRASH_AT`; refused in production)."""
    global _armed  # noqa: PLW0603  one process dies once
    _armed = settings.crash_at


def crashpoint(name: str) -> None:
    """Die here with SIGKILL when a test asked for exactly this point; otherwise nothing."""
    if _armed == name:
        os.kill(os.getpid(), signal.SIGKILL)
