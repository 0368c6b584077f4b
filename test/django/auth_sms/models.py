from django.contrib.auth.models import AbstractUser
from django.db import models

from original.codes import new_invite_code
from original.users import PhoneManager


class Referral(models.Model):
    referral = models.CharField(max_length=6, unique=True, default=new_invite_code)


class User(AbstractUser):
    username = None
    phone = models.CharField(max_length=35, unique=True)
    email = models.CharField(max_length=254, null=True, blank=True)
    first_name = models.CharField(max_length=150, null=True, blank=True)
    last_name = models.CharField(max_length=150, null=True, blank=True)
    avatar = models.CharField(max_length=100, null=True, blank=True)
    sms_code = models.CharField(max_length=4, null=True, blank=True)
    self_referral = models.OneToOneField(Referral, null=True, on_delete=models.SET_NULL,
                                         related_name="owner")
    user_referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.SET_NULL,
                                      related_name="invitees", db_constraint=False)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS = []
    objects = PhoneManager()


TABLES = [Referral, User]


def referral_id(number):
    """Codes are not numbered as people are."""
    return number + 1000


def rows(people):
    # Here a code cannot be two people's: who has Anna's, too, has none.
    owners = {
        person.id for person in people if person.invite_code != "jSaHsu" or person.id == 2
    }
    yield Referral, [
        Referral(id=referral_id(person.id), referral=person.invite_code)
        for person in people if person.id in owners
    ]
    yield User, [
        User(id=person.id, password="!", phone=person.phone, email=person.email,
             first_name=person.first_name or None, last_name=person.last_name or None,
             self_referral_id=referral_id(person.id) if person.id in owners else None,
             user_referral_id=person.inviter and referral_id(person.inviter),
             date_joined=person.joined, is_superuser=person.is_superuser,
             is_staff=person.is_staff, is_active=person.is_active)
        for person in people
    ]
