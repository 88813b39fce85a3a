"""Ask the guard beside which this runs whether it is ready, and print its answer to the example review."""

import ssl
import urllib.request
from pathlib import Path

if __name__ == "__main__":
    with urllib.request.urlopen("http://127.0.0.1:8080/readyz") as ready:
        ready.read()
    unverified = ssl._create_unverified_context()  # noqa: S323 -- it is alone in its network
    review = Path("/examples/admission-review.json").read_bytes()
    json = {"Content-Type": "application/json"}
    post = urllib.request.Request("https://127.0.0.1:8443/validate", review, json)
    with urllib.request.urlopen(post, context=unverified) as answer:  # noqa: S310 -- as written above
        print(answer.read().decode())
