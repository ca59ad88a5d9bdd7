"""Templates and addresses are compiled once for all apps of a process, as a house has its own."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self.by_key: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.by_key:
            bucket.bytecode_from_string(self.by_key[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.by_key[bucket.key] = bucket.bytecode_to_string()


_kept = _Kept()
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_build = Rule._compile_builder


def keep_compiled(app: Flask) -> Flask:
    """The app, which takes what others have compiled and leaves them what it compiles."""
    app.jinja_env.bytecode_cache = _kept
    return app


def keep_addresses() -> None:
    """Compile each address once: of the time it takes to make an app that is most."""
    Rule._compile_builder = _kept_builder


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What werkzeug makes of a rule depends on its words alone; it is handed the rule itself."""
    defaults = tuple((rule.defaults or {}).items())
    key = (rule.rule, tuple(rule._trace), defaults, append_unknown)
    if key not in _builders:
        _builders[key] = _build(rule, append_unknown)
    return _builders[key]
