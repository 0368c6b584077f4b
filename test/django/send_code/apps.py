from django.apps import AppConfig


class Config(AppConfig):
    name = "send_code"
    label = "referral"
