"""Findings and reasons in words for people, and the page for the practice's manager.

May import the engine's packages. Must not import another room of this package.
"""
