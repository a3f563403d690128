"""`checkin sandbox`."""

import click

from sandbox import service


@click.command()
@click.option("--bind", default=service.DEFAULT_BIND, show_default=True, metavar="HOST:PORT")
@click.option("--inbox", default=service.DEFAULT_INBOX, show_default=True, metavar="HOST:PORT")
def sandbox(bind: str, inbox: str) -> None:
    """Run a local stand-in for SES and SQS, with an inbox page.

    It prints the environment variables with which any boto3 process uses it.

    \b
    Example:  checkin sandbox --bind 127.0.0.1:8003 --inbox 127.0.0.1:8002
    """
    service.serve(bind=bind, inbox=inbox)
