"""Against a real Twenty: `make test-twenty`. In `make test` it is skipped, with the reason, unless its variables are set."""
