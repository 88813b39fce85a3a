"""What is true and what is allowed: versions, matrix, evidence, verdicts, the policy.

Pure: no I/O, no clock (``now`` is an argument), no logging. Imports nothing above it.
"""
