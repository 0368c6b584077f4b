from django.contrib.auth.models import AbstractUser
from django.db import models

from original.codes import new_invite_code
from original.users import PhoneManager


class User(AbstractUser):
    username = None
    phone = models.CharField(max_length=35, unique=True)
    avatar = models.CharField(max_length=100, null=True, blank=True)
    email = models.CharField(max_length=254, null=True, blank=True)
    city = models.CharField(max_length=100, null=True, blank=True)
    telegram_id = models.CharField(max_length=50, null=True, blank=True)
    auth_code = models.CharField(max_length=4, null=True, blank=True, db_index=True)
    invite_code = models.CharField(max_length=6, default=new_invite_code)
    referral_code = models.CharField(max_length=6, null=True, blank=True, db_index=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = []
    objects = PhoneManager()


TABLES = [User]


def rows(people):
    yield User, [
        User(id=person.id, password="!", phone=person.phone, email=person.email,
             first_name=person.first_name, last_name=person.last_name, city=person.city,
             telegram_id=person.telegram_id, invite_code=person.invite_code,
             referral_code=person.activated, date_joined=person.joined,
             is_superuser=person.is_superuser, is_staff=person.is_staff,
             is_active=person.is_active)
        for person in people
    ]
