"""Memory: tables, sealed columns and migrations. Sessions are passed in; nothing here knows the web."""
