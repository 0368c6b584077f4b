from django.db import models

from original.codes import new_invite_code


class UserProfile(models.Model):
    phone_number = models.CharField(max_length=35, unique=True)
    auth_code = models.CharField(max_length=4, null=True, blank=True)
    invite_code = models.CharField(max_length=6, default=new_invite_code)
    activated_invite_code = models.CharField(max_length=6, null=True, blank=True)


TABLES = [UserProfile]


def rows(people):
    yield UserProfile, [
        UserProfile(id=person.id, phone_number=person.phone, invite_code=person.invite_code,
                    activated_invite_code=person.activated)
        for person in people
    ]
