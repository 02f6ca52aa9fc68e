"""How a piece of long work stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.jobs import kind_title
from core.models import Job


@require_GET
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The job's part for polling, or a page around it. 404 for jobs of other people that are not shared."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    context = {"job": job, "url": request.path, "title": kind_title(job.kind)}
    return render(request, "ui/job.html" if request.htmx else "core/job_detail.html", context)  # type: ignore[attr-defined]
