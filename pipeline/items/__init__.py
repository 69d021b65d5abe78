"""The items of the derived topics, one schema per file; a record is a JSON array of them."""
