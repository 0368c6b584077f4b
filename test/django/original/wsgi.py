"""For gunicorn: gunicorn --chdir test/django original.wsgi"""
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "original.settings")
application = get_wsgi_application()
