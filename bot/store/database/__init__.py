"""The database itself: engine, tables, schema, files."""
