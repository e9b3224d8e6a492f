"""Deliveries that mix the troubles of the field, drawn by Hypothesis, and a count of them by other readers."""
