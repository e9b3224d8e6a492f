"""Happenings of a command while it runs, and happenings made of the counts of a run.

May import `session` and `arguments`, and the engine's packages. Must not hold a value of a record.
"""
