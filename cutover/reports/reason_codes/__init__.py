"""The reason codes: the cost of each, what happened, and what to do about it.

May import nothing. Must not hold anything that a run can change, or a value of a record.
"""
