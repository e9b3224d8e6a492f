"""The arguments of commands, resolved: extracts opened, positions, topics, the people of a workspace.

May import `session`, `reports` and `project`, and the engine's packages. Must not append a change event.
"""
