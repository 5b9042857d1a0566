"""The pool itself: 2xx."""
