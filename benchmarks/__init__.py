"""Measures each part against a yardstick taken in the same run, on a real broker and engine."""
