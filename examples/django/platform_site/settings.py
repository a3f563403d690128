"""Settings of the example. What concerns Check-in stands at the end and comes from the environment.

`CHECKIN_SUBMITTED_TOKENS` is JSON: a token of scope `submitted:read` for each association.
"""

import json
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "for this example only")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = "platform_site.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "checkin_link",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_DATABASE", str(BASE_DIR / "platform.sqlite3")),
    }
}

CHECKIN_URL = os.environ.get("CHECKIN_URL", "http://127.0.0.1:8001")
CHECKIN_TOKEN = os.environ.get("CHECKIN_TOKEN", "")
CHECKIN_SUBMITTED_TOKENS = json.loads(os.environ.get("CHECKIN_SUBMITTED_TOKENS", "{}"))
CHECKIN_WEBHOOK_SECRET = os.environ.get("CHECKIN_WEBHOOK_SECRET", "")
