"""From a district, a request and travel times to the tables that the solvers read."""
