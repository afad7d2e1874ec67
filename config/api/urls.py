"""Every address of the API, below ``/api/v1/``."""

from config.api.idempotency import IdempotentRouter
from hiring.calibration.api import CalibrationRunViewSet
from hiring.decisions.api import DebriefViewSet
from hiring.lab.api import SittingViewSet, VignetteViewSet
from hiring.pipeline.api import ApplicationViewSet, CandidateViewSet, InterviewViewSet, OpeningViewSet
from hiring.scoring.api import ScorecardViewSet
from loops.api import LoopViewSet
from loops.designing.api import DesignViewSet, SeveralDesignViewSet
from reports.api import ReportViewSet
from roles.api import CompetencyViewSet, RoleProfileViewSet
from rubrics.api import QuestionViewSet

router = IdempotentRouter()
router.register("loops", LoopViewSet, basename="loop")
router.register("loop-designs", DesignViewSet, basename="loop-design")
router.register("shared-loop-designs", SeveralDesignViewSet, basename="shared-loop-design")
router.register("role-profiles", RoleProfileViewSet, basename="role-profile")
router.register("competencies", CompetencyViewSet, basename="competency")
router.register("questions", QuestionViewSet, basename="question")
router.register("openings", OpeningViewSet, basename="opening")
router.register("candidates", CandidateViewSet, basename="candidate")
router.register("applications", ApplicationViewSet, basename="application")
router.register("interviews", InterviewViewSet, basename="interview")
router.register("scorecards", ScorecardViewSet, basename="scorecard")
router.register("vignettes", VignetteViewSet, basename="vignette")
router.register("vignette-sittings", SittingViewSet, basename="vignette-sitting")
router.register("calibration-runs", CalibrationRunViewSet, basename="calibration-run")
router.register("debriefs", DebriefViewSet, basename="debrief")
router.register("reports", ReportViewSet, basename="report")

urlpatterns = router.urls
