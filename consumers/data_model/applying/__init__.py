"""The plan carried out: steps made, settled after a kill, recorded, and taken back.

May import `planning`, `twenty` and the modules beside this folder. Must not make a step without a recorded intent.
"""
