"""The commands about extracts that write nothing to Twenty: audit, estimate, automation rules, the list of those read.

May import `following`, `runs`, `reports`, `demo_practice` and `project`, the engine's packages and `rehearsal`. Must not import
another command.
"""
