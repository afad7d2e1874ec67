"""The admin pages of the ground."""

from django.contrib import admin
from rest_framework.authtoken.models import TokenProxy

from accounts.admin.audit import AuditAdmin
from accounts.admin.policy import PolicyAdmin
from accounts.admin.team import MembershipAdmin, PeopleAdmin, TeamAdmin

__all__ = ["AuditAdmin", "MembershipAdmin", "PeopleAdmin", "PolicyAdmin", "TeamAdmin"]

# Tokens are made and revoked by their owners; what is stored of them is of no use on a page.
admin.site.unregister(TokenProxy)
