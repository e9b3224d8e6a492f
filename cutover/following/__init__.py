"""Followers: commands that go on until they are stopped, through outages and beside one another.

May import `runs`, `reports` and `project`. Must not import a command.
"""
