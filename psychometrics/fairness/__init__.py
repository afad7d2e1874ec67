"""Whether a group is selected less, by how much, and by chance or not."""
