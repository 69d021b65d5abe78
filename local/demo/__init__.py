"""The demo: a minute of simulated traffic with an outage, watched live and then proven."""
