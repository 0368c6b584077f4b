"""Puts people into the database of the service, which must be empty."""
import importlib
import itertools

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction

from original.people import everybody

BATCH = 5000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("crowd", nargs="?", type=int, default=0,
                            help="how many people besides those with a story")

    def handle(self, *args, crowd, **options):
        models = importlib.import_module(f"{settings.ORIGINAL}.models")
        people = everybody(crowd)
        with transaction.atomic():
            while batch := list(itertools.islice(people, BATCH)):
                for model, rows in models.rows(batch):
                    model.objects.bulk_create(rows)
            # Ids were given: the counters are to go on after them.
            for sql in connection.ops.sequence_reset_sql(no_style(), models.TABLES):
                with connection.cursor() as cursor:
                    cursor.execute(sql)
        self.stdout.write(f"{models.TABLES[-1].objects.count()} people")
