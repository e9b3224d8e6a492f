"""Reconciliation: what PbN has, compared with what Twenty holds, record by record and field by field."""
