"""The commands that write records: sync, replay, rollback.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
