"""The command line, one file a subject; `ivr.cli` registers them."""
