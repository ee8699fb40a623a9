"""What the provider's error codes mean for a text: one table, from Twilio's error dictionary."""

# Refused before anything was done, and better later: too many requests, the sender's queue is full.
LATER = frozenset({"20429", "21611"})

# Accepted but not delivered, and worth a second send: queue overflow, handset unreachable, unknown.
ONCE_MORE = frozenset({"30001", "30003", "30008"})

# The receiver told the provider to stop; nothing goes through until they text START.
OPTED_OUT = "21610"

# Every further text will meet the same fate until a person changes something.
OPERATORS = frozenset(
    {
        "20003",  # bad credentials
        "21212",  # not a sender
        "21408",  # country not enabled
        "21602",  # empty
        "21606",  # sender not fit for the destination
        "21608",  # trial account
        "21612",  # not reachable from this sender
        "21617",  # too long
        "21703",  # service without a sender
        "30002",  # account suspended
        "30007",  # filtered
        "30034",  # sender not registered
        "401",
        "403",
        "404",
        "sealed",  # our own: HOTLINE_SECRET_KEY no longer opens it
    }
)
