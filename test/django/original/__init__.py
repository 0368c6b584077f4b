"""What the five services have in common."""
