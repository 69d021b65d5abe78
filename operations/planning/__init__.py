"""How much of everything a rate of events needs, from what was measured."""
