"""Share of real systems' vocabularies that is understood: `python -m tests.vocabularies`.

The lists of headers are in `lists/`, with a note on their sources; the values are invented for each seed.
"""
