"""The service: applicants, reviewers, receipts. `api.app.create_app` makes it, `photocheck serve` runs it."""
