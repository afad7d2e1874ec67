"""The API's assembly: addresses, pages, problem details."""
