"""Each test belongs to exactly one tier, and a unit test cannot leave its own."""

import socket
import subprocess
import sys

import pytest

from tests.tiers import TIERS


def test_every_test_belongs_to_exactly_one_tier(request):
    torn = {item.nodeid: found for item in request.session.items if len(found := tiers(item)) != 1}
    assert torn == {}


def tiers(item):
    return {mark.name for mark in item.iter_markers() if mark.name in TIERS}


def start_a_process():
    subprocess.run([sys.executable, "-c", ""], check=True)


def bind_a_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))


@pytest.mark.parametrize("leave", [start_a_process, bind_a_port])
def test_a_unit_test_starts_no_process_and_no_server(leave):
    with pytest.raises(AssertionError, match="is a unit test"):
        leave()


@pytest.mark.integration
@pytest.mark.parametrize("leave", [start_a_process, bind_a_port])
def test_an_integration_test_may(leave):
    leave()
