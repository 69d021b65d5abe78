"""What Twilio's own list of messages says against what came by events, and how to make up for it.

The list is told by callers; so is what is stored. See docs/how-to/reconcile-after-an-outage.md.
"""
