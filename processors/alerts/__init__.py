"""Alerts: change detection over window cells, one budget of false pages, one alert an incident.

Everything here is pure and runs on event time: no Kafka, no clock, no I/O. docs/why/alerts.md
tells the method.
"""
