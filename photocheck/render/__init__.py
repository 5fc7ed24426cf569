"""What people and programs are shown: documents, text, pictures and pages made of reports."""
