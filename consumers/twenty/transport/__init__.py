"""Requests to Twenty: the connection, its rate, its allowances, and answers as typed errors.

May import no other room of this package. Must not know an object or a field.
"""
