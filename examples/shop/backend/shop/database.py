"""Opening the shop's SQLite file, and handing a session to each function."""

from collections.abc import Iterator
from pathlib import Path

from fastapi import Request
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from shop.models import Base, Customer
from shop.seed import seed


def open_database(file: Path) -> Engine:
    """The database in this file; a new one is created and seeded."""
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if session.scalar(select(Customer.id).limit(1)) is None:
            seed(session)
            session.commit()
    return engine


def open_session(request: Request) -> Iterator[Session]:
    """A dependency: one session for each function that runs, closed after it."""
    with Session(request.app.state.engine) as session:
        yield session
