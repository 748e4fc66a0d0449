"""Who may: roles, grants, scopes, sign-in and their explanation."""
