"""The plan of a window: desired records against what was written and what Twenty has, as writes, conflicts and records kept.

May import `conflicts`, `journal`, `state`, `twenty`. Must not import the other modules of the sync, nor write.
"""
