"""Files as streams of bytes: unpacked, told apart by content, and cut into raw records."""
