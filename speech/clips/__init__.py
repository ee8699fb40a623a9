"""Clips: the words of which amounts, days, digits, names and counts are joined. Pure: nothing sounds here."""
