"""The real ClickHouse engine (chdb) behind ClickHouse's own HTTP interface, on one machine.

Clients can't tell it from a server: what they speak here they speak in production.
"""
