"""The engine: the parts that write to one workspace, put together for the program, the tests and the simulation alike.

May import every other room but `workers`. Must not read a setting, nor decide what is written.
"""
