"""Runs: a session with everything wired, approvals, and the steps of a run: producing, consuming, its outcome.

May import `reports` and `project`, and the engine's packages. Must not import a command.
"""
