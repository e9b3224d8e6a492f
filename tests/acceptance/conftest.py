"""Whole runs are made on each combination of databases; what many tests begin with is made once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.engines import Engine, on_kafka, on_postgres, on_sqlite
from tests.acceptance.field import BOOK, EVERYBODY, PRACTICE_TOML, Field
from tests.acceptance.workbench import EXTRACTS, WORKSPACE, MadeOnce, bench, copied, make_prepared, members_of

LAKEVIEW = EXTRACTS / "lakeview"
SMALL = Path(__file__).parents[1] / "golden/0.1.0/practice"


@pytest.fixture(params=["sqlite", "postgres", "kafka"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return each engine in turn: SQLite for everything; state and keys on PostgreSQL; and the log on Kafka as well."""
    if request.param == "sqlite":
        opened = on_sqlite()
    elif request.param == "postgres":
        opened = on_postgres(request.getfixturevalue("postgres_server"))
    else:
        opened = on_kafka(request.getfixturevalue("postgres_server"), request.getfixturevalue("kafka"))
    with opened as made:
        yield made


@pytest.fixture(scope="session")
def lakeview_prepared(made_once: MadeOnce) -> Path:
    """Return a project that is ready for Lakeview's first day, and its workspace; to be `copied`."""
    members = members_of(LAKEVIEW / "truth/day-1.json")
    return made_once("lakeview-prepared", lambda folder: make_prepared(folder, LAKEVIEW, members))


@pytest.fixture(scope="session")
def lakeview_synced(made_once: MadeOnce, lakeview_prepared: Path) -> Path:
    """Return the same with Lakeview's first day in Twenty; to be `copied`."""

    def make(folder: Path) -> None:
        with copied(lakeview_prepared, folder, members_of(LAKEVIEW / "truth/day-1.json")) as b:
            b.ok("sync", LAKEVIEW / "day-1", "--without-sample")

    return made_once("lakeview-synced", make)


@pytest.fixture(scope="session")
def small_prepared(made_once: MadeOnce) -> Path:
    """Return a project that is ready for the first day of a small practice, and its workspace; to be `copied`."""
    members = members_of(SMALL / "truth/day-2.json")
    return made_once("small-prepared", lambda folder: make_prepared(folder, SMALL, members, "--accept-doubtful"))


@pytest.fixture(scope="session")
def field_prepared(made_once: MadeOnce) -> Path:
    """Return a project that is ready for its first delivery, and its workspace; to be `copied`."""

    def make(folder: Path) -> None:
        (folder / "practice.toml").write_text(PRACTICE_TOML, encoding="utf-8")
        with bench(folder, [], "--file", str(folder / WORKSPACE)) as b:
            b.prepare(folder / "practice.toml", Field(b, folder / "first").extract(0, EVERYBODY, BOOK))

    return made_once("deliveries-prepared", make)


@pytest.fixture
def field(tmp_path: Path, field_prepared: Path) -> Iterator[Field]:
    """Yield a project in the field, ready for its first delivery."""
    with copied(field_prepared, tmp_path, []) as b:
        yield Field(b, tmp_path / "deliveries")
