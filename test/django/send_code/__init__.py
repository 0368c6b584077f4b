"""Shows the code in the reply; an activation is a reference to the inviter."""
