"""`python -m photocheck`."""

from photocheck.cli import main

main()
