"""AdmissionReview in, AdmissionReview out: reading, deciding, wording."""
