"""The tool itself: 9xx."""
