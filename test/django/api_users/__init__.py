"""One address for the code and for the sign-in; profiles with an avatar, a city, Telegram."""
