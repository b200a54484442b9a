"""`python -m bot`: the same as the `aiwork` command."""

from bot.cli import main

main()
