"""The report as bytes or text: one module a format, all from the one model."""
