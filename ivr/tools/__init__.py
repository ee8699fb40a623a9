"""What operators do besides answering calls: importing people and their accounts, and demo people."""
