"""What every test shares: how hypothesis runs, and plain-assert messages in the suites that adapters inherit."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.events.log_contract")

settings.register_profile("cutover", deadline=None, max_examples=60, print_blob=True)
settings.load_profile("cutover")
