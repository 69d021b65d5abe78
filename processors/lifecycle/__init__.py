"""Message lifecycles and delivery windows: late, repeated and disordered events made exact."""
