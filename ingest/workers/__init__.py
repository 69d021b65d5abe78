"""Several processes that listen on one port, kept running by a parent that tells of all."""
