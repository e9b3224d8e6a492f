"""The commands that read extracts and write nothing: an audit, an estimate, the automation rules.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
