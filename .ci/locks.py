"""Check the lock files: pinned, hashed, free of addresses, and in step with pyproject.toml."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PRODUCT, DEVELOPMENT, UV = "requirements.lock", "requirements-dev.lock", "requirements-uv.lock"
ADDRESS = re.compile(r"://|^\s*--(index|extra-index|find-links|trusted-host)", re.MULTILINE)
ENTRY = re.compile(r"^(?P<pin>\w[^\n]*?) \\\n(?: +--hash=sha256:\S+(?: \\)?\n)+", re.MULTILINE)


def pins_of(name: str) -> dict[str, Requirement]:
    """Read which version a lock file pins for each package."""
    text = (ROOT / name).read_text()
    pins = (Requirement(entry["pin"]) for entry in ENTRY.finditer(text))
    return {canonicalize_name(pin.name): pin for pin in pins}


def faults_within(name: str) -> Iterator[str]:
    """Say what is wrong with one lock file by itself."""
    text = (ROOT / name).read_text()
    if ADDRESS.search(text):
        yield f"{name} names an address; remake it with bin/lock."
    lines = sum(1 for line in text.splitlines() if line[:1].isalnum())
    if lines != len(ENTRY.findall(text)) or not lines:
        yield f"{name} has an entry without a hash; remake it with bin/lock."
    for pin in pins_of(name).values():
        if not re.fullmatch(r"==[^,*]+", str(pin.specifier)):
            yield f"{name} does not pin {pin.name} to one version."


def faults_between() -> Iterator[str]:
    """Say where the lock files disagree with pyproject.toml or with each other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    product, development = pins_of(PRODUCT), pins_of(DEVELOPMENT)
    wanted = project["project"]["dependencies"]
    yield from _unmet(wanted, product, PRODUCT)
    yield from _unmet([*wanted, *project["dependency-groups"]["dev"]], development, DEVELOPMENT)
    for name, pin in product.items():
        if name not in development or development[name].specifier != pin.specifier:
            yield f"{DEVELOPMENT} does not contain {pin} of {PRODUCT}; remake both with bin/lock."


def _unmet(wanted: list[str], pins: dict[str, Requirement], lock: str) -> Iterator[str]:
    for requirement in map(Requirement, wanted):
        pin = pins.get(canonicalize_name(requirement.name))
        version = str(pin.specifier).removeprefix("==") if pin else ""
        if not pin or not requirement.specifier.contains(version, prereleases=True):
            yield f"{lock} does not satisfy {requirement} of pyproject.toml; run bin/lock."


def main() -> int:
    """Print every fault; the exit code says whether there is one."""
    faults = [fault for name in (PRODUCT, DEVELOPMENT, UV) for fault in faults_within(name)]
    faults += faults_between()
    print("\n".join(faults) or "The lock files are pinned, hashed and in step.")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
