"""Reading tables out of files of any quality: what a file is, where its header stands, which records are data."""
