"""More incidents than units: who serves which incident after which, so that the harm until completion is least."""
