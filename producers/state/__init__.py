"""The producer's state, a fold of the log: fingerprints, presence, households, refused rows.

May import `sources` and `events`. Must not read a cell's meaning.
"""
