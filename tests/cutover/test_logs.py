"""The factory of logs: the scheme of `[log] url` picks the adapter, and nothing else looks at the scheme."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cutover.project import logs
from cutover.project.logs import LOGS, Adapter, LogPlace, open_log, valid_log_url
from cutover.project.setting_sections import LogSection
from events.log.port import CHANGES, LogMissing
from events.log.sqlite import SqliteLog

ROOT = Path(__file__).parents[2]


def test_the_scheme_picks_the_adapter(tmp_path: Path) -> None:
    section = LogSection(url=f"sqlite:///{tmp_path}/log.db")
    with pytest.raises(LogMissing):
        open_log(section, LogPlace(data_folder=tmp_path))
    with closing(open_log(section, LogPlace(data_folder=tmp_path, make=True))) as log:
        assert isinstance(log, SqliteLog)
        assert list(log.partitions(CHANGES)) == [0]
    assert not section.is_shared
    assert LogSection(url="kafka://127.0.0.1:9092?prefix=fern").is_shared


def test_a_further_log_is_a_further_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_told(url: str) -> str:
        return url.lower()

    adapter = Adapter(valid=as_told, open=lambda section, place: _made(section.url, place), shared=True)
    monkeypatch.setattr(logs, "LOGS", {**LOGS, "memory": adapter})
    section = LogSection(url="memory:ONE")
    assert (section.url, section.is_shared) == ("memory:one", True)
    with closing(open_log(section, LogPlace(data_folder=tmp_path, make=True))) as log:
        assert log.ends(CHANGES) == {0: 0}


@pytest.mark.parametrize("url", ["redis://127.0.0.1", "log.db", "", "postgresql+psycopg://me@host/log"])
def test_a_url_of_no_log_is_refused_with_the_forms_of_both(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///.* or kafka://"):
        valid_log_url(url)


@pytest.mark.parametrize("asks", ["is_kafka", 'startswith("kafka', "startswith('kafka"])
def test_no_other_module_asks_whether_the_log_is_of_one_kind(asks: str) -> None:
    rooms = ("cutover", "consumers", "producers", "projections", "events")
    modules = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    assert len(modules) > 300
    assert [path.name for path in modules if asks in path.read_text(encoding="utf-8")] == []


def _made(_url: str, place: LogPlace) -> SqliteLog:
    make: Callable[..., SqliteLog] = SqliteLog
    return make(f"sqlite:///{place.data_folder}/another.db", make=place.make)
