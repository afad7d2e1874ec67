"""Who practises in the lab."""

from accounts.permissions import Permission

#: Answers show questions and anchors: for everybody who reads those. Each such role interviews as well; somebody from
#: outside, who is let in to score one interview, does neither.
PRACTISE = Permission.VIEW_CONTENT
