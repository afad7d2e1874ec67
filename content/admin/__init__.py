"""The admin of versioned content, in parts that each answer one question.

``rights`` says who may do what with which version, ``drafts`` makes the form, ``reading`` the page of what
cannot be edited, ``verbs`` the buttons. ``versions.VersionedAdmin`` puts them together; an app names its
``Life`` and its layout, and little else.
"""
