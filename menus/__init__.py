"""What a caller can hear and where each answer leads: pure values and functions.

Nothing here knows a phone, the web, a clock or a database; nothing here imports `ivr` or `speech`.
"""
