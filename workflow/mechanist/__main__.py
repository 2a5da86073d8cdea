"""Start the console command by ``python -m mechanist``."""

import sys

from mechanist.command.entry import main

sys.exit(main())
