"""The record of processing activities (GDPR, Article 30), made from what the service does."""
