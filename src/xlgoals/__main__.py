"""``python -m xlgoals``: the command line where no script was installed on the path."""

from xlgoals.cli import main

main()
