"""Cleaners of days, of times of a day, and of moments in a time zone.

May import the cleaners beside this folder. Must not read the clock of the machine, nor its time zone.
"""
