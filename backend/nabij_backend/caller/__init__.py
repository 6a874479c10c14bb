"""The caller: credentials, mandates, account and access log, for every endpoint."""
