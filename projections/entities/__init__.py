"""Entities of the source as records in Twenty, one module an entity: its object, fields, links and projection.

May import the modules beside this folder. Must not hold a list of entities.
"""
