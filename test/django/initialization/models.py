from django.contrib.auth.models import AbstractUser
from django.db import models

from original.codes import new_invite_code
from original.users import PhoneManager


class User(AbstractUser):
    username = None
    phone = models.CharField(max_length=35, unique=True)
    email = models.EmailField(null=True, blank=True)
    code = models.CharField(max_length=4, null=True, blank=True)
    invite_code = models.CharField(max_length=6, default=new_invite_code)
    activated_invite_code = models.CharField(max_length=6, null=True, blank=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = []
    objects = PhoneManager()


TABLES = [User]


def rows(people):
    yield User, [
        User(id=person.id, password="!", phone=person.phone, email=person.email,
             first_name=person.first_name, last_name=person.last_name,
             invite_code=person.invite_code, activated_invite_code=person.activated,
             date_joined=person.joined, is_superuser=person.is_superuser,
             is_staff=person.is_staff, is_active=person.is_active)
        for person in people
    ]
