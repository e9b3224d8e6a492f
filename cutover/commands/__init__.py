"""What each command does, apart from how it is typed: functions from a session and options to an answer."""
