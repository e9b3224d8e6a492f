"""The commands of a migration under way: its status, its differences, records kept back, a patient forgotten.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
