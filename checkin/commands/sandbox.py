"""`checkin sandbox`."""

import click

from sandbox import service


@click.command()
@click.option("--bind", default=service.DEFAULT_BIND, show_default=True, metavar="HOST:PORT")
@click.option("--inbox", default=service.DEFAULT_INBOX, show_default=True, metavar="HOST:PORT")
def sandbox(bind: str, inbox: str) -> None:
    """Stand in for SES and SQS on this machine, with an inbox to look into.

    It prints the environment that makes any boto3 process use it.

    \b
    Example:  checkin sandbox --bind 127.0.0.1:8003 --inbox 127.0.0.1:8002
    """
    service.serve(bind=bind, inbox=inbox)
