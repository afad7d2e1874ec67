"""What the application's database role may do on each table; what is not listed here it cannot touch.

One list for the whole database, because one role serves the whole product. A new table belongs to the shortest
right that serves it: a right that nobody needs is one that an intruder would have. The owner of the schema gives
these rights after every migration (accounts.database_rights), and a test tries every verb on every table.
"""

READ = "SELECT"
# Written once, for good.
ADD = "SELECT, INSERT"
# Kept for good, so that history keeps its names; what is over is marked as such.
KEEP = "SELECT, INSERT, UPDATE"
WRITE = "SELECT, INSERT, UPDATE, DELETE"

# Events are written by triggers, which have the owner's rights; the application only reads them.
DATABASE_RIGHTS_ON_EVENTS = READ

DATABASE_RIGHTS: dict[str, tuple[str, ...]] = {
    READ: (
        "accounts_auditseal", "auth_group", "auth_group_permissions", "auth_permission", "django_content_type",
        "django_migrations", "pghistory_context",
    ),
    ADD: (
        "accounts_teampolicy", "events_event", "hiring_calibrationrun",
        "hiring_certificate", "hiring_criterionestimate", "hiring_interviewerestimate",
        "hiring_levelestimate", "hiring_noiseaudit", "hiring_pooledestimate", "hiring_rescore", "hiring_vignetteanchor",
        "hiring_vignetterating", "hiring_vignettesitting", "hiring_withdrawal",
    ),
    KEEP: (
        "accounts_membership", "accounts_team", "accounts_user", "hiring_application", "hiring_assignment",
        "hiring_candidate", "hiring_debrief", "hiring_decision", "hiring_firstsight", "hiring_interview",
        "hiring_livedebrief", "hiring_opening", "hiring_outcomerating", "hiring_outcomereview", "hiring_outsidelink",
        "hiring_pathstep", "hiring_reviewrequest", "jobs_heartbeat", "jobs_job", "mail_outgoingmail",
        "roles_referencetable",
    ),
    WRITE: (
        "account_emailaddress", "account_emailconfirmation", "accounts_cache", "accounts_idempotencykey",
        "accounts_user_groups", "accounts_user_user_permissions", "authtoken_token", "django_admin_log",
        "django_session", "hiring_asked", "hiring_injectionreveal",
        "hiring_rating", "hiring_remindersstopped", "hiring_scorecard", "hiring_vignette", "hiring_vignettepair",
        "hiring_vignettereference",
        "jobs_outbox", "loops_loop", "loops_loopdesign", "loops_stage",
        "loops_stagequestion",
        "mfa_authenticator", "reports_report", "roles_cluster", "roles_competency", "roles_requirement",
        "roles_roleprofile", "rubrics_anchor", "rubrics_criterion", "rubrics_injection", "rubrics_question",
        "rubrics_questionbank", "rubrics_questionexposure", "rubrics_ratingscale", "rubrics_scalepoint",
        "socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialtoken",
    ),
}  # fmt: skip
