"""The API's description in OpenAPI 3.1.

`operations.py` declares the operations and `responses.py` the types of the answers; `document.py`
makes the document of both.
"""
