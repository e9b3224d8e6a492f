"""A page for people: its parts as plain data, and one template that makes an HTML file of them.

May import `project` and the events' vocabulary. Must not fetch anything, nor take a text for markup.
"""
