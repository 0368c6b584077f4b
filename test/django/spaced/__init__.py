"""Addresses with a space in them; profiles in a table of their own, beside Django's users."""
