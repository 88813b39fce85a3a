"""How long an answer's texts may be.

From the API server's source: a warning with a control character is dropped without a word; warnings over 4,096
characters in all are cut to 256 each; an audit annotation's key gets the webhook's name and a slash before it, so ours
are short and have none.
"""

MAX_WARNING = 120
"""Characters."""
MAX_MESSAGE = 5 * 1024
"""Bytes, of a denial."""
MAX_ANNOTATION = 1024
"""Characters."""
