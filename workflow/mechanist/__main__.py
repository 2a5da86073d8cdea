"""Start the console command by ``python -m mechanist``."""

import sys

from mechanist.command.entry import main

if __name__ == "__main__":
    sys.exit(main())
