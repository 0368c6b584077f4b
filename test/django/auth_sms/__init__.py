"""Invite codes in a table of their own, to which users refer twice."""
