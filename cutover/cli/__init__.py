"""The command line: options, the groups of commands, answers on the terminal, and exit codes.

May import every other room of this package. Must not do the work of a command.
"""
