"""Telling the outside: webhooks and mail, at least once until acknowledged, never after."""
