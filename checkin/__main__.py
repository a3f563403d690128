"""`python -m checkin` is `checkin`."""

from checkin.cli import main

main()
