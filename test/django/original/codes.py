"""Codes as such services draw them, and the sending that is simulated."""
import random
import string
import time

from django.conf import settings


def new_code():
    return f"{random.randint(0, 9999):04d}"


def new_invite_code():
    return "".join(random.choices(string.ascii_letters + string.digits, k=6))


def send(_phone, _code):
    time.sleep(settings.SEND_DELAY_S)
