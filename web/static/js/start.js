enhance();
