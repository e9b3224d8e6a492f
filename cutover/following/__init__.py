"""Followers: commands that go on until they are stopped, through outages and beside one another.

May import `runs`, `reports` and `project`, and the engine's packages. Must not import a command.
"""
