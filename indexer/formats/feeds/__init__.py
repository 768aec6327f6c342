"""RSS, Atom and JSON Feed, and Blogger's exports, which are Atom."""
