"""The journal: intents, outcomes and their history; sending, isolating a refusal, settling.

May import `state` and `twenty`. Must not decide what is written.
"""
