"""A worker knows the providers that lie in the log, although another worker has not carried them yet."""

from __future__ import annotations

from consumers.sync.context import known_providers
from consumers.sync.providers_ahead import ProvidersAhead
from events.log.port import CHANGES
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.consumers.workbench import Bench, patient


def provider(native: str, mail: str) -> Record:
    return Record(
        entity=Entity.PROVIDER, native_id=native, values={"code": f"DR{native}", "display_name": f"Dr. {native}", "email": mail}
    )


def ahead_of(bench: Bench) -> ProvidersAhead:
    return ProvidersAhead(log=bench.log, partition=0, next=bench.view.progress(CHANGES).get(0, 0))


def known(bench: Bench, ahead: ProvidersAhead) -> dict[str, str | None]:
    return {p.native_id: p.email for p in known_providers(bench.view, bench.log, bench.keys, ahead.events)}


def test_a_provider_that_the_view_does_not_hold_is_found_in_the_log(bench: Bench) -> None:
    ahead = ahead_of(bench)
    bench.deliver(provider("7", "seven@x.example"), patient("1", "Ada"))
    assert known(bench, ahead) == {}
    assert ahead.look()
    assert known(bench, ahead) == {"7": "seven@x.example"}


def test_what_was_read_once_is_not_read_again(bench: Bench) -> None:
    ahead = ahead_of(bench)
    bench.deliver(provider("7", "seven@x.example"))
    assert ahead.look()
    assert not ahead.look()
    bench.deliver(patient("1", "Ada"))
    assert not ahead.look()


def test_the_newest_revision_counts_wherever_it_lies(bench: Bench) -> None:
    bench.deliver(provider("7", "old@x.example"))
    bench.sync()
    ahead = ahead_of(bench)
    bench.deliver(provider("7", "new@x.example"))
    assert ahead.look()
    assert known(bench, ahead) == {"7": "new@x.example"}
    bench.sync()
    bench.deliver(provider("7", "newest@x.example"))
    bench.sync()
    assert known(bench, ahead) == {"7": "newest@x.example"}


def test_a_deletion_is_left_to_the_view(bench: Bench) -> None:
    gone = provider("7", "seven@x.example")
    bench.deliver(gone)
    bench.sync()
    ahead = ahead_of(bench)
    bench.deliver(gone=[gone])
    assert not ahead.look()
    assert known(bench, ahead) == {"7": "seven@x.example"}
    bench.sync()
    assert known(bench, ahead) == {}
