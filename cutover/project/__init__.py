"""A project: its folder, settings, keys and locks, and the errors that a command ends with.

May import the engine's packages. Must not import another room of this package.
"""
