"""The store: what outlives a command. One ledger of stock, in an SQLite file or in PostgreSQL."""
