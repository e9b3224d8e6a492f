"""The invented practice: people, visits, money, messages, and the blemishes of its records.

May import no other room. Must not name columns or files.
"""
