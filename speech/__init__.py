"""Sound and words: what voices say and what ears hear, over a telephone line.

This room knows no menus, no callers, no accounts and no web: it turns values into Hanzi, Hanzi into sound,
sound into words and words into digits. It imports the standard library, numpy and the engines of its voices
and ears; never `menus`, `ivr`, flask, sqlalchemy or twilio. An engine's failure is raised as that engine's
error and never replaced by silence, so that the application can fall back to keys or to another voice.
"""
