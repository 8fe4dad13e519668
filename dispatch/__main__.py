"""`python -m dispatch`, and the console command `dispatch`."""

from __future__ import annotations

from dispatch.cli.app import main

if __name__ == "__main__":
    main()
