#!/usr/bin/env python3
"""Run one of Django's commands: `python manage.py sync_checkin`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
    execute_from_command_line(sys.argv)
