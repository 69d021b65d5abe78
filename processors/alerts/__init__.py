"""Alerts: change detection over window cells, one budget of false pages, one alert an incident.

``core`` and all it uses are pure and run on event time: no Kafka, no clock, no I/O. ``fold`` plugs
it into the runtime, ``entries`` is its state, ``processor`` the process. docs/why/alerts.md tells
the method.
"""
