"""The demo phone: a pretend provider that obeys TwiML, and the telephones (page, terminal, transcript)
built on it.

It plays the far side of `ivr.channels`: it may know TwiML and HTTP, never menus, services or the store.
"""
