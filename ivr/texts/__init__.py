"""Texts we send: written into an outbox with what they report, sent after the commit, followed to the end.

Nothing here knows flask or a conversation; only `senders` names a provider.
"""
