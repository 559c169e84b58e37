"""Django commands of this application."""
