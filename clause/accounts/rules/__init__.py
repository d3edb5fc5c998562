"""Pure rules of accounts: no Flask, no database, no clock."""
