"""Avro: schemas, encoders, framing, headers, and reading without decoding.

May import `vocabulary`. Must not hold a key.
"""
