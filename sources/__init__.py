"""Where documents come from: the catalogue of departments, the pull of published files, the archive of originals."""
