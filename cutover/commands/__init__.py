"""The commands, one module each or one for a group; each gives an `Answer`.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
one another.
"""
