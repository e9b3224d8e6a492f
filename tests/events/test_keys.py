"""The key store: a key is durable before it is used, opens only under its master key, and can be destroyed for ever."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from random import Random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import create_engine, text

from events.database import DatabaseDamaged
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore, MasterKeyMissing, WrongMasterKey
from tests.events.conftest import MASTER

ADA, BEA = b"patient-ada-0001", b"patient-bea-0002"


@pytest.fixture
def open_at():
    """Open a store by its URL; each opening stands for another process."""
    opened = []

    def open_(url, master=MASTER):
        opened.append(KeyStore(url, master, Random(len(opened)).randbytes))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def open_store(open_at, database_url):
    """Open the store, on each engine."""
    return partial(open_at, database_url)


@pytest.fixture
def file(tmp_path):
    """Return the file of a store in SQLite, for the tests that look into it."""
    return tmp_path / "keys.db"


@pytest.fixture
def open_file(open_at, file):
    """Open the store in the file."""
    return partial(open_at, f"sqlite:///{file}")


def stored(url):
    """Return the wrapped keys by subject, past the store."""
    return dict(run(url, "SELECT subject, wrapped FROM data_keys"))


def run(url, statement, **values):
    """Run a statement past the store; give the rows, if there are any."""
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def test_a_key_is_durable_when_it_is_handed_out(open_store, database_url):
    key = open_store().of(ADA)
    assert stored(database_url).keys() == {ADA}
    assert open_store().of(ADA).material == key.material


def test_a_key_is_32_random_bytes_and_its_id_16(open_store):
    ada, bea = open_store().of(ADA), open_store().of(BEA)
    assert [len(part) for part in (ada.material, ada.id, bea.material, bea.id)] == [32, 16, 32, 16]
    assert ada.material != bea.material
    assert ada.id != bea.id


def test_a_key_opens_what_its_cipher_sealed_after_a_restart(open_store):
    data = open_store().of(ADA).cipher.encrypt(bytes(12), b"payload", b"envelope")
    assert open_store().of(ADA).cipher.decrypt(bytes(12), data, b"envelope") == b"payload"


def test_a_key_is_found_by_its_id(open_store):
    key = open_store().of(ADA)
    assert open_store().by_id(key.id).material == key.material


def test_an_id_that_never_was_finds_no_key(open_store):
    assert open_store().by_id(bytes(16)) is None


def test_on_sqlite_no_key_lies_in_the_file_in_clear(open_file, file):
    material = open_file().of(ADA).material
    assert all(material not in part.read_bytes() for part in file.parent.iterdir())


def test_asking_for_many_keys_makes_the_missing_ones_only(open_store, database_url):
    store = open_store()
    first = store.of(ADA)
    store.ensure([ADA, BEA, BEA, PRACTICE_SUBJECT])
    assert stored(database_url).keys() == {ADA, BEA, PRACTICE_SUBJECT}
    assert store.of(ADA) == first


def test_a_store_made_under_another_master_key_is_refused(open_store):
    open_store().of(ADA)
    with pytest.raises(WrongMasterKey, match="made under another master key"):
        open_store(sha256(b"another").digest())


def test_a_wrapped_key_moved_to_another_subject_is_refused(open_store, database_url):
    open_store().of(ADA)
    run(database_url, "UPDATE data_keys SET subject = :subject", subject=BEA)
    with pytest.raises(WrongMasterKey):
        open_store()


@pytest.mark.parametrize("master", [b"", b"short", bytes(31), bytes(33)])
def test_a_master_key_of_another_length_is_no_master_key(open_store, master):
    with pytest.raises(MasterKeyMissing, match="32 bytes"):
        open_store(master)


def test_on_sqlite_a_file_that_is_no_database_is_named_as_the_key_store_and_as_damaged(open_file, file):
    file.write_bytes(b"no database at all, but long enough to be looked at " * 40)
    with pytest.raises(DatabaseDamaged, match="the key store: the database") as error:
        open_file()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("few", [0, 2, 100])
def test_keys_are_found_one_by_one_and_all_at_once(open_store, monkeypatch, few):
    """Whatever number of them is looked up by itself, and however few ciphers are kept."""
    monkeypatch.setattr("events.sealing.keys._FEW", few)
    monkeypatch.setattr("events.sealing.keys.KEPT", 2)
    subjects = [bytes([number]) * 16 for number in range(1, 7)]
    first = open_store()
    first.of(PRACTICE_SUBJECT)
    first.ensure(subjects)
    first.forget(subjects[0])
    sealed = {subject: first.of(subject).cipher.encrypt(bytes(12), subject, b"") for subject in subjects[1:]}
    ids = [first.of(subject).id for subject in subjects[1:]]
    second, third, last = open_store(), open_store(), open_store()
    assert [second.of(s).cipher.decrypt(bytes(12), sealed[s], b"") for s in subjects[1:]] == subjects[1:]
    assert [third.by_id(key_id).id for key_id in ids] == ids
    assert (second.of(subjects[0]), third.forgotten(subjects[0]), third.forgotten(subjects[1])) == (None, True, False)
    last.ensure([*subjects, BEA])
    assert [last.of(subject).id for subject in subjects[1:]] == ids


def test_a_store_that_is_opened_reads_one_key(open_store, monkeypatch):
    first = open_store()
    first.of(PRACTICE_SUBJECT)
    first.ensure([bytes([number]) * 16 for number in range(1, 9)])
    met = []
    monkeypatch.setattr(KeyStore, "_remember", lambda _self, *row: met.append(row))
    with pytest.raises(StopIteration):
        next(iter(open_store()._rows))
    assert len(met) <= 2


def test_a_forgotten_subject_has_no_key_and_gets_none_again(open_store, database_url):
    store = open_store()
    key = store.of(ADA)
    assert store.forget(ADA) is True
    store.ensure([ADA])
    assert (store.of(ADA), store.by_id(key.id), store.forgotten(ADA)) == (None, None, True)
    assert stored(database_url) == {ADA: None}


def test_forgetting_lasts_beyond_a_restart(open_store):
    key = open_store().of(ADA)
    open_store().forget(ADA)
    again = open_store()
    assert (again.of(ADA), again.by_id(key.id), again.forgotten(ADA)) == (None, None, True)


def test_on_sqlite_a_destroyed_key_leaves_no_trace_in_the_files(open_file, file):
    store = open_file()
    store.of(ADA)
    wrapped = stored(f"sqlite:///{file}")[ADA]
    store.forget(ADA)
    store.close()
    assert all(wrapped not in part.read_bytes() for part in file.parent.iterdir())


def test_forgetting_a_subject_that_never_had_a_key_leaves_a_tombstone_too(open_store, database_url):
    assert open_store().forget(ADA) is True
    assert stored(database_url) == {ADA: None}
    assert open_store().of(ADA) is None


def test_forgetting_twice_says_so(open_store):
    store = open_store()
    store.forget(ADA)
    assert store.forget(ADA) is False


def test_forgetting_one_subject_leaves_the_others(open_store):
    store = open_store()
    bea = store.of(BEA)
    store.forget(ADA)
    assert (store.of(BEA), store.forgotten(BEA)) == (bea, False)


def test_a_subject_nobody_has_met_is_not_forgotten(open_store):
    assert open_store().forgotten(ADA) is False


def test_a_key_that_another_process_made_is_the_key_here_too(open_store):
    here, there = open_store(), open_store()
    key = there.of(ADA)
    assert here.of(ADA).material == key.material


def test_a_key_that_another_process_made_is_found_by_its_id(open_store):
    here, there = open_store(), open_store()
    assert here.by_id(there.of(ADA).id) is not None


def test_many_keys_of_which_another_process_made_some_are_all_there(open_store):
    here, there = open_store(), open_store()
    there.of(ADA)
    here.ensure(iter([BEA, ADA, PRACTICE_SUBJECT]))
    assert here.of(ADA).material == there.of(ADA).material
    assert open_store().of(BEA).material == here.of(BEA).material


def test_a_subject_that_another_process_forgot_is_not_given_a_new_key(open_store):
    here, there = open_store(), open_store()
    there.forget(ADA)
    assert here.of(ADA) is None


def test_forgetting_what_another_process_forgot_says_so(open_store):
    here, there = open_store(), open_store()
    there.forget(ADA)
    assert here.forget(ADA) is False


def test_a_derived_key_is_the_same_for_ever(open_store):
    assert open_store().derive("fingerprints") == open_store().derive("fingerprints")


def test_a_derived_key_is_hkdf_sha256_of_the_practices_key(open_store):
    store = open_store()
    practice = store.of(PRACTICE_SUBJECT).material
    assert store.derive("households") == HKDF(hashes.SHA256(), 32, None, b"households").derive(practice)


def test_derived_keys_of_two_purposes_differ(open_store):
    store = open_store()
    assert store.derive("fingerprints") != store.derive("households")


def test_of_two_processes_that_make_the_same_keys_in_another_order_both_have_them(open_store):
    """Each round in the opposite order: a server would call that a deadlock if the rows were written as they come."""
    subjects = [number.to_bytes(16, "big") for number in range(1, 2_001)]
    here, there = open_store(), open_store()
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(subjects), 200):
            part = subjects[start : start + 200]
            for made in [pool.submit(here.ensure, part), pool.submit(there.ensure, part[::-1])]:
                made.result()
    assert [here.of(subject).id for subject in subjects] == [there.of(subject).id for subject in subjects]
