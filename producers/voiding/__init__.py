"""A delivery withdrawn: the records as they would be without it, and the change events that lead there.

May import `changes` and the rooms below. Must not import `survey` or `workflows`.
"""
