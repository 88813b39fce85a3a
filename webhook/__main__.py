"""``python -m webhook`` is ``eci-upgrade-guard``."""

import sys

from webhook.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
