"""Steps of the schema, run by Alembic; see `dispatch.store.schema`."""
