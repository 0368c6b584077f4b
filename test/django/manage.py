#!/usr/bin/env python3
"""Django's command line, for the service that ORIGINAL names; see original/settings.py."""
import os
import sys

sys.dont_write_bytecode = True

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "original.settings")
    execute_from_command_line(sys.argv)
