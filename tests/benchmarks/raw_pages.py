"""Reads all pods of a cluster in pages, and nothing of them. ``python -m tests.benchmarks.raw_pages HOST:PORT CA``.

What is left then is the API server's and the connection's share of a listing. The token comes by the environment.
"""

import http.client
import os
import re
import ssl
import sys
from urllib.parse import urlencode

_PAGE = 500
_HEAD = 4096
"""Bytes of an answer within which the token for the next page stands, before all items."""


def main(address: str, certificate: str) -> None:
    """Read them, and write how many bytes they were."""
    connection = http.client.HTTPSConnection(address, context=ssl.create_default_context(cafile=certificate))
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Accept": "application/json"}
    query = {"limit": str(_PAGE)}
    total = 0
    while True:
        connection.request("GET", f"/api/v1/pods?{urlencode(query)}", headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != http.HTTPStatus.OK:
            sys.exit(f"HTTP {answer.status}")
        total += len(text)
        token = re.search(rb'"continue":"([^"]+)"', text[:_HEAD])
        if token is None:
            break
        query["continue"] = token[1].decode()
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
