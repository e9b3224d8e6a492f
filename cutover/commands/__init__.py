"""The commands, one room a group of the command line; each command gives an `Answer`.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
one another.
"""
