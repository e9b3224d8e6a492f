"""Deliveries at a path that is followed: a folder, an archive, or a parent of several."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutover.following.deliveries import deliveries


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["list.csv"], ["inbox"]),
        (["may-1/list.csv", "may-2/list.csv"], ["may-1", "may-2"]),
        (["may-1.zip", "may-2.ZIP", "may-3/list.csv"], ["may-1.zip", "may-2.ZIP", "may-3"]),
        (["may-1.zip", "may-2.zip.part"], ["may-1.zip"]),
        (["may-1.zip", "list.csv"], ["inbox"]),
        (["list.csv.part"], ["inbox"]),
        ([".DS_Store"], []),
    ],
)
def test_a_parent_holds_deliveries_where_no_file_of_its_own_is_a_table(
    tmp_path: Path, files: list[str], found: list[str]
) -> None:
    for name in files:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert [delivery.path.name for delivery in deliveries(tmp_path / "inbox")] == found
