"""Files of tables as office programs write them, made in the test."""
