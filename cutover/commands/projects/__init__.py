"""The commands that rehearse: a workspace on this machine, and the demo.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
