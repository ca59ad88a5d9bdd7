"""Connections that lie in the pool: asked whether they still stand before they are used again.

Only those that lay there for a while are asked. Under load each request would ask once more, which
takes as long as one of the statements of its page.
"""

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError

QUIET_SECONDS = 2.0
SINCE = "laurel.quiet_since"


def look_before_use(engine: Engine) -> None:
    """Replace a connection that was cut while it lay in the pool of this engine."""

    def lay_down(_connection: Any, record: Any) -> None:
        record.info[SINCE] = time.monotonic()

    def take_up(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get(SINCE)
        if since is None or time.monotonic() - since < QUIET_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise DisconnectionError from gone  # the pool opens another in its place

    event.listen(engine, "checkin", lay_down)
    event.listen(engine, "checkout", take_up)
