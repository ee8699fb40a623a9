"""The doors: the only room that knows a provider, its documents and requests, and HTTP.

A door turns a request into an event, lets the conversation take its turn, and turns the answer into sound or
text. It decides nothing: what is said, and where an answer leads, stands in `menus` and `config`.
"""
