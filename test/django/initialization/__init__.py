"""Registers a number when a code is first asked for; profiles are found by number."""
