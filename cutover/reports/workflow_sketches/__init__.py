"""Sketches of workflows: a reminder rule of PbN as a trigger and steps in Twenty, and the fields for its placeholders.

May import the engine's packages. Must not write a file.
"""
