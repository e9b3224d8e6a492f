"""Keys of patients and of the practice, and payloads sealed with them.

May import `codec`. Must not know what a payload means.
"""
