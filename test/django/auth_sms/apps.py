from django.apps import AppConfig


class Config(AppConfig):
    name = "auth_sms"
    label = "users"
