"""Values of every field type: checked, normalised and stored as Twenty does.

May import no other room of this package. Must not hold state.
"""
