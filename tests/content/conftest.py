"""A campaign database with an author, an approver and a few questions."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from kit.database import Database
from tests.content.samples import hire, publish_questions


@pytest.fixture
def session(campaign_db: Database, now: datetime) -> Iterator[Session]:
    with campaign_db.writing() as session:
        hire(session, now)
        publish_questions(session)
        yield session
