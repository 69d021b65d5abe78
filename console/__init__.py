"""The live page: what the pipeline knows, in a browser."""
