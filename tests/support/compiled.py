"""Templates are compiled once for all apps of a process: a house has an app of its own."""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self.by_key: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.by_key:
            bucket.bytecode_from_string(self.by_key[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.by_key[bucket.key] = bucket.bytecode_to_string()


_kept = _Kept()


def keep_compiled(app: Flask) -> Flask:
    """The app, which takes what others have compiled and leaves them what it compiles."""
    app.jinja_env.bytecode_cache = _kept
    return app
