"""The store with ten million events in it: how fast the views answer, and what an event weighs."""
