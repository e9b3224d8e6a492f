"""The log on Kafka: topics, transactions, groups, rights, sign-in.

May import `log`. No module outside this folder imports kafka-python.
"""
