"""Windows are small while the group of workers changes, and full again when it is calm."""

from __future__ import annotations

from consumers.sync.pace import CALM, SMALLEST, WINDOW, Pace


def test_a_worker_whose_group_cannot_change_has_full_windows_from_the_start() -> None:
    pace = Pace(lambda: 0.0)
    pace.changed()
    assert [pace.window(), pace.window()] == [WINDOW, WINDOW]


def test_windows_stay_small_after_a_change_and_double_once_the_group_is_calm() -> None:
    now = 0.0
    pace = Pace(lambda: now, smallest=SMALLEST)
    assert [pace.window() for _ in range(3)] == [SMALLEST] * 3
    now += CALM
    assert [pace.window() for _ in range(3)] == [SMALLEST, 2 * SMALLEST, 4 * SMALLEST]
    assert [pace.window() for _ in range(9)][-1] == WINDOW, "and never above"
    pace.changed()
    assert [pace.window() for _ in range(2)] == [SMALLEST] * 2
