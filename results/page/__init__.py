"""The report of a study as one HTML page that needs no server, no network and no other file (`document.write_page`)."""
