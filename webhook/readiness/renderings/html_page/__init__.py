"""The parts of the HTML page: what it shows, its drawings, and its template, style and script."""
