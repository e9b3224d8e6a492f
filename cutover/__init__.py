"""The program: command line, settings, runs, followers, reports.

May import every other package. Must not decide what becomes of a record.
"""
