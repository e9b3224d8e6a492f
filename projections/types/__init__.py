"""Types of Twenty's fields, each declared once: validity, sameness, the form of an image, the value of a custom field.

May import no other room. Must not name an object or a field of the practice.
"""
