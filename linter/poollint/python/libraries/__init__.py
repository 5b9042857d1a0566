"""What libraries make of their calls and classes: settings, environment readers, URLs, Flask, Alembic."""
