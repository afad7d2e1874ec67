"""The one loosening of the content security policy outside the admin.

plotly.js positions its marks by inline styles. A view that shows interactive figures says so with
``@interactive_figures``; scripts stay as strict as everywhere.
"""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update

interactive_figures = csp_update({"style-src": [UNSAFE_INLINE]})
