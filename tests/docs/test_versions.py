"""The documentation names the versions of Twenty that the tests check."""

from tests.docs.documents import doc
from tests.twenty_versions.packages import CHECKED


def test_every_checked_version_stands_in_the_destination():
    assert ", ".join(CHECKED) in doc("destination.md")
