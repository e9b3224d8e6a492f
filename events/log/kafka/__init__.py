"""The log on Kafka: topics, transactions, groups, rights, sign-in.

May import `log`. Must not let kafka-python out: no module outside this folder imports it.
"""
