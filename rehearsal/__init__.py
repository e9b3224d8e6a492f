"""A Twenty-compatible CRM workspace on this machine, to rehearse a migration and to test against.

May import no other package. Must not import the program that it rehearses. It behaves like a Twenty 2.21 server seen from
outside: REST and GraphQL for records and for the data model, files, the rate limit. Start at `rehearsal.server.server`. The
rules come from contract cassettes, recordings of a real server; docstrings name the cassette that shows a rule.
"""
