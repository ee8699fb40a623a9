"""Telling when a caller begins and ends to speak.

    frames of 20 ms -> loudness -> key_tones -> silero, pitch -> speaking -> events
                       stops silence, cheaply   is it speech?    begins, goes on, ends (patience)
                       `------------------- hearing -------------------'

`listener.Listener` puts the steps together, one object a call. Time is counted in samples, never by a clock:
what is heard again gives the same events. Nothing here opens a connection or keeps anything beyond the call.
"""
