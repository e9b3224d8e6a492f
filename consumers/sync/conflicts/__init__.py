"""Conflicts of a sync: values and records that people and PbN both changed, and the decisions of people about them.

May import `journal`, `data_model`, `state`, `twenty`. Must not import the other modules of the sync.
"""
