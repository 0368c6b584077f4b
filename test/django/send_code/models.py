from django.contrib.auth.models import AbstractUser
from django.db import models

from original.codes import new_invite_code
from original.users import PhoneManager


class CustomUser(AbstractUser):
    username = None
    phone = models.CharField(max_length=35, unique=True)
    invite_code = models.CharField(max_length=6, default=new_invite_code)
    invited_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL,
                                   db_constraint=False)
    verification_code = models.CharField(max_length=4, null=True, blank=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = []
    objects = PhoneManager()


TABLES = [CustomUser]


def rows(people):
    yield CustomUser, [
        CustomUser(id=person.id, password="!", phone=person.phone, email=person.email or "",
                   first_name=person.first_name, last_name=person.last_name,
                   invite_code=person.invite_code, invited_by_id=person.inviter,
                   date_joined=person.joined, is_superuser=person.is_superuser,
                   is_staff=person.is_staff, is_active=person.is_active)
        for person in people
    ]
