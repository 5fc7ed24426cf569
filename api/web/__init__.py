"""Pages and what they share: wording, templates, static files."""
