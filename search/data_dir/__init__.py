"""data_dir."""
