"""Every address of the API, below ``/api/v1/``."""

from config.api.idempotency import IdempotentRouter
from hiring.pipeline.api import ApplicationViewSet, CandidateViewSet, InterviewViewSet, OpeningViewSet
from hiring.scoring.api import ScorecardViewSet

router = IdempotentRouter()
router.register("openings", OpeningViewSet, basename="opening")
router.register("candidates", CandidateViewSet, basename="candidate")
router.register("applications", ApplicationViewSet, basename="application")
router.register("interviews", InterviewViewSet, basename="interview")
router.register("scorecards", ScorecardViewSet, basename="scorecard")

urlpatterns = router.urls
