"""Whole runs are made on each combination of databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.engines import Engine, on_kafka, on_postgres, on_sqlite


@pytest.fixture(params=["sqlite", "postgres", "kafka"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """SQLite for everything; state and keys on PostgreSQL; and the log on Kafka as well."""
    if request.param == "sqlite":
        opened = on_sqlite()
    elif request.param == "postgres":
        opened = on_postgres(request.getfixturevalue("postgres_server"))
    else:
        opened = on_kafka(request.getfixturevalue("postgres_server"), request.getfixturevalue("kafka"))
    with opened as made:
        yield made
