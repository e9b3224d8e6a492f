"""Projections: a record of the source as the records that are wanted in Twenty. Pure.

May import `events`. Must not read a clock, a file, the log or Twenty.
"""
