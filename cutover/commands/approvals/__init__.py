"""The commands of the approvals: the mapping, the data model, a sample, go-live.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
