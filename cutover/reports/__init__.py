"""Reports for the people who run a migration: what moved, what did not, and why."""
