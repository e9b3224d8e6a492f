"""Broker that the tests take where there is no Java: compose.yaml's, if Docker runs."""

import pytest

from tests import kafka_broker

pytestmark = pytest.mark.integration


@pytest.fixture
def docker(tmp_path, monkeypatch):
    """Return a `docker` that writes down what it is asked; `docker info` ends as the test says."""

    def make(*, runs):
        program = tmp_path / "docker"
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\ntest "$1" != info || exit {0 if runs else 1}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(kafka_broker, "wait_for", lambda addresses: None)
        return tmp_path / "asked"

    return make


def test_where_docker_runs_compose_starts_the_broker(docker):
    asked = docker(runs=True)
    assert kafka_broker.broker_of_compose() == "127.0.0.1:9092"
    info, up = asked.read_text().splitlines()
    assert info == "info"
    assert up.startswith("compose -f /")
    assert up.endswith("/compose.yaml --profile kafka up -d --wait kafka")


def test_where_docker_does_not_run_there_is_none(docker):
    asked = docker(runs=False)
    assert kafka_broker.broker_of_compose() is None
    assert asked.read_text() == "info\n"


def test_without_docker_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kafka_broker.broker_of_compose() is None
