"""Tools of the house: the private database, the demo runner, system libraries, screenshots."""
