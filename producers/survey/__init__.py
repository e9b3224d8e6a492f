"""Surveys of extracts before anything is carried: contents, quality, and what a migration can carry.

May import `changes` and the rooms below. Must not append to the log.
"""
