"""Workers: processes that carry events together, join and leave, and tell of it.

May import `sync`, `journal`, `state`. Must not write to Twenty themselves.
"""
