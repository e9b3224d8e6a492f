"""A key store, data keys and randomness that are the same in every run; and the log of an adapter, opened and closed."""

from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.sealing.keys import DataKey, KeyStore

MASTER = bytes(range(32))
PATIENT = b"patient-000-1042"


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Yield a key store that no test changes but by making keys."""
    store = KeyStore(f"sqlite:///{tmp_path_factory.mktemp('keys')}/keys.db", MASTER, Random(1042).randbytes)
    yield store
    store.close()


@pytest.fixture(scope="session")
def key(keys):
    return keys.of(PATIENT)


@pytest.fixture(scope="session")
def another_key():
    material = bytes(32)
    return DataKey(id=b"another key 1234", cipher=AESGCM(material), material=material)


@pytest.fixture
def open_again(open_another):
    """Yield a function that opens the same log once more, as another process would; `open_another` is the adapter's own."""
    opened = []

    def open_():
        opened.append(open_another())
        return opened[-1]

    yield open_
    for log in opened:
        log.close()


@pytest.fixture
def log(open_again):
    """Return an empty log, open."""
    return open_again()
