"""Mail to people: written as rows with the change that asks for it, sent by the workers, each once."""
