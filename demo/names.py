"""Invented names. Any likeness to a person is chance."""

FIRST = tuple(
    """
    Aisha Anders Ana Arjun Beatriz Bilal Bronwen Camille Chidi Clara Dalia Daniel Dorota Elif Emeka Erik
    Fatima Felix Freya Gabriel Giulia Hana Henrik Ibrahim Ingrid Isabel Ivo Jamila Jan Joon Kaito Karin
    Keiko Kwame Laila Lars Leila Lucas Mads Maja Malik Marta Mateo Mei Milan Mina Nadia Nia Nikos Noor
    Olga Omar Oskar Paula Pavel Priya Rafael Rania Renata Rosa Samir Sanne Selma Silvia Soren Sofia
    Tariq Thandi Tomasz Tuva Uma Viktor Wei Yara Yusuf Zainab Zofia
    """.split()  # noqa: SIM905 -- a list of names reads better as text
)
LAST = tuple(
    """
    Abara Achterberg Adeyemi Aguilar Almeida Andersson Baptiste Barros Bauer Bianchi Bondar Castellan
    Chaudhry Costa Dahl Deane Diallo Dvorak Ekwueme Eriksen Farouk Ferreira Fischer Fontaine Garrido
    Georgiou Haddad Halvorsen Hansen Hashemi Horvat Ibarra Imada Jankowski Jensen Kaplan Karimi Keller
    Khoury Kimathi Kowalczyk Laurent Lindqvist Lund Mahlangu Marchetti Mbeki Mehta Moreau Morita Nakano
    Ndiaye Nielsen Novak Obi Okafor Oliveira Osei Papadakis Pereira Petrov Quist Rahman Rossi Saito
    Santoro Schmid Serrano Sharma Sokolova Tanaka Tierney Torres Usman Vance Varga Vermeer Wagner Wolski
    Yamada Yilmaz Zamora Zeman
    """.split()  # noqa: SIM905 -- a list of names reads better as text
)
