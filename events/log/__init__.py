"""The log: the port, its adapters for SQLite and Kafka, and large events in parts.

May import `sealing`, `codec` and the modules beside them. Must not open a payload.
"""
