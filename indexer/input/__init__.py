"""SOURCEs to raw records: files found, told apart and cut up as streams of bytes, without parsing what they hold."""
