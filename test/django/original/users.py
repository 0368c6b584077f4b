"""A user who is told by a phone number."""
from django.contrib.auth.base_user import BaseUserManager
from rest_framework_simplejwt.tokens import RefreshToken


class PhoneManager(BaseUserManager):
    def create_user(self, phone, password=None, **fields):
        user = self.model(phone=phone, **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone, password=None, **fields):
        return self.create_user(phone, password, is_staff=True, is_superuser=True, **fields)


def token_pair(user):
    refresh = RefreshToken.for_user(user)
    return {"refresh": str(refresh), "access": str(refresh.access_token)}
