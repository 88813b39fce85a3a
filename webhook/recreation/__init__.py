"""Recreating unfit pods: what is to be done, doing it without breaking a budget, and telling what was done."""
