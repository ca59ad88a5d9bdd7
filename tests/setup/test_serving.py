"""What `bin/laurel serve` says before it serves."""

import pytest
from click.testing import CliRunner
from granian import server

from marketplace import cli


@pytest.fixture
def served(monkeypatch):
    """The hosts that would have been listened on; nothing listens."""
    hosts = []

    class Quiet:
        def __init__(self, _target, *, address, **_settings):
            hosts.append(address)

        def serve(self):
            pass

    monkeypatch.setattr(server, "Server", Quiet)
    return hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_personas_of_a_demo_that_others_can_reach_are_mentioned(served, app, host):
    said = CliRunner().invoke(cli.main, ["serve", "--host", host])
    assert said.exit_code == 0, said.output
    assert served == [host]
    assert ("can be any of the personas" in said.output) is (host == "0.0.0.0")
