"""The reader's list and saved searches: their page, and the forms that change them."""
