"""One reader per format of deployment files; all of them give the same facts."""
