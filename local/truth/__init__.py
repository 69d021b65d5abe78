"""Compares what the pipeline made of a simulated run with what really was sent.

It shares no code with the processors and the sink: what it finds, it finds independently.
"""
