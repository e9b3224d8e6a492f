"""Claims: the right to append change events, and the right to write to the workspace, held by one command at a time.

May import `session` and `project`, and the engine's packages. Must not produce or consume.
"""
