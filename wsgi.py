"""The entry for a WSGI server: `wsgi:app`."""

from marketplace.app import create_app

app = create_app()
