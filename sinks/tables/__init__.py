"""The stores' columns, and how a record's items become their rows; one table per file."""
