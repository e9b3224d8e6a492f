"""Runs: a session with everything wired, approvals, extracts, producing and consuming.

May import `reports` and `project`, and the engine's packages. Must not import a command.
"""
