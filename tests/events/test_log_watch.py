"""A log is looked after once a minute, however often a worker asks."""

from events.log.watch import EVERY, LogWatch


class Log:
    """Counts the checks."""

    checks = 0

    def check(self):
        self.checks += 1


def test_a_log_is_checked_once_a_minute_from_its_opening_on():
    log, now = Log(), [100.0]
    watch = LogWatch(log, lambda: now[0])
    seen = []
    for seconds in (0.0, EVERY - 1, 1.0, 1.0, EVERY, 3 * EVERY, 0.0):
        now[0] += seconds
        watch.look()
        seen.append(log.checks)
    assert seen == [0, 0, 1, 1, 2, 3, 3]
