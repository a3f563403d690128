"""A minimal Flask site to compare with: a page, and a form stored by one INSERT and a commit.

`gunicorn 'bench.bare_site:site()'`, on the database that CHECKIN_PLATFORM_DATABASE_URL names.
"""

import os

from flask import Flask, request
from sqlalchemy import create_engine, make_url, text

TABLE = "CREATE TABLE bare (id bigserial PRIMARY KEY, body text NOT NULL)"
INSERT = text("INSERT INTO bare (body) VALUES (:body)")
PAGE = f"<!DOCTYPE html><title>Bare</title><p>{'x' * 3000}</p>"


def site() -> Flask:
    """The application."""
    app = Flask("bare")
    url = make_url(os.environ["CHECKIN_PLATFORM_DATABASE_URL"])
    engine = create_engine(url.set(drivername="postgresql+psycopg"))

    @app.get("/")
    def page() -> str:
        return PAGE

    @app.post("/")
    def store() -> str:
        with engine.begin() as connection:
            connection.execute(INSERT, {"body": request.form["changed"]})
        return PAGE

    return app
