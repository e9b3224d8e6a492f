"""Change events: rows compared with what was known, and appended to the log.

May import `binding`, `state`, `records` and the rooms below. Must not import `survey` or `workflows`.
"""
