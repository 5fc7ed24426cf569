"""What is seen on a subject; every third-party model stands behind one adapter here."""
