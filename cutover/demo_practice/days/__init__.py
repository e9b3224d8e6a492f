"""The days of the invented practice: a first one, and one day after another.

May import `practice`. Must not write files.
"""
