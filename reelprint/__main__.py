"""`python -m reelprint`."""

from reelprint.cli import main

main()
