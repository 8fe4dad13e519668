"""The command line. Commands import what they need when they run, so that `dispatch --help` stays fast."""
