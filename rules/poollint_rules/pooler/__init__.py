"""What a pooler breaks, and the pooler's own configuration: 4xx and 6xx."""
