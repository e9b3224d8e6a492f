"""The command line: options, the groups of commands, answers on the terminal, and exit codes.

May import every other room of this package, and the engine's packages. Must not do the work of a command.
"""
