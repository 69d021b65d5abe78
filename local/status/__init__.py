"""How a running pipeline does: processes, consumer lag, rows."""
