"""The account pages of office and system administrators."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from core.exceptions import DomainError, DomainErrors, NotAllowed
from core.models import AuditEvent
from orgs.forms.people import NewPersonForm, PersonFilterForm, PostForm, ReasonForm
from orgs.models import Post
from orgs.selectors import people as selectors
from orgs.services import people as services

PAGE_SIZE = 50


def _require_administrator(request: SignedInRequest) -> None:
    if not selectors.manages_accounts(request.user):
        raise PermissionDenied("账号由本单位的账号管理员办理。")


def _person_or_404(request: SignedInRequest, pk: int) -> User:
    _require_administrator(request)
    return get_object_or_404(selectors.with_posts(selectors.visible_people(request.user)), pk=pk)


@require_GET
def account_list(request: SignedInRequest) -> HttpResponse:
    """The accounts of the own subtree, or all of them for the system administrator."""
    _require_administrator(request)
    filters = PersonFilterForm(request.user, request.GET)
    people = selectors.with_posts(selectors.filtered_people(request.user, filters.wanted()))
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    for person in page:
        _split_posts(request.user, person)
    context = {
        "filters": filters,
        "page": page,
        "is_filtered": any(request.GET.get(key) for key in filters.fields),
    }
    return render(request, "orgs/account_list.html", context)


def _split_posts(actor: User, person: Any) -> None:
    """Posts in range by name, those outside only as a number: which office that is, is not this actor's to know."""
    person.posts_in_range = [
        post for post in person.held_posts if selectors.is_managed_path(actor, post.office.path)
    ]
    person.posts_outside = len(person.held_posts) - len(person.posts_in_range)


@never_cache
@require_http_methods(["GET", "POST"])
def account_new(request: SignedInRequest) -> HttpResponse:
    """Create an account; the answer to the POST itself shows the one-time password, once."""
    _require_administrator(request)
    form = NewPersonForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = services.create_person(actor=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            _put(form, refusal)
        else:
            return _show_password(request, person, password, is_new=True)
    return render(request, "orgs/account_new.html", {"form": form}, status=422 if form.errors else 200)


def _show_password(request: SignedInRequest, person: User, password: str, *, is_new: bool) -> HttpResponse:
    """Straight into the answer, which is kept by no cache: not into the session, a message or an address."""
    context = {"person": person, "password": password, "is_new": is_new}
    return render(request, "orgs/account_password.html", context)


@require_GET
def account_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One account with its posts, what may be done, and its history."""
    return _detail(request, _person_or_404(request, pk))


def _detail(
    request: SignedInRequest,
    person: User,
    *,
    post_form: PostForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    _split_posts(request.user, person)
    bad = any(form is not None and form.errors for form in (post_form, reason_form))
    context = {
        "person": person,
        "why_not": services.why_not_managed(request.user, person),
        "post_form": post_form or PostForm(request.user),
        "reason_form": reason_form or ReasonForm(),
        "history": AuditEvent.objects.of(person).exclude(action="account.login")[:20],
    }
    return render(request, "orgs/account_detail.html", context, status=422 if bad else 200)


@never_cache
@require_POST
def account_reset(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a new one-time password and show it once."""
    person = _person_or_404(request, pk)
    try:
        password = services.reset_person_password(actor=request.user, person=person)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    return _show_password(request, person, password, is_new=False)


@require_POST
def account_disable(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch an account off."""
    return _switch(request, pk, active=False)


@require_POST
def account_enable(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch an account on again."""
    return _switch(request, pk, active=True)


def _switch(request: SignedInRequest, pk: int, *, active: bool) -> HttpResponse:
    person = _person_or_404(request, pk)
    form = ReasonForm(request.POST)
    act = services.enable_person if active else services.disable_person
    if form.is_valid():
        try:
            act(actor=request.user, person=person, reason=form.cleaned_data["reason"])
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            _put(form, refusal)
        else:
            words = "已启用，可以登录了" if active else "已停用，正在用的会话随即结束"
            messages.success(request, f"“{person.name}”的账号{words}。")
            return redirect("account_detail", pk=person.pk)
    return _detail(request, person, reason_form=form)


@require_POST
def post_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give one more post."""
    person = _person_or_404(request, pk)
    form = PostForm(request.user, request.POST)
    if form.is_valid():
        try:
            post = services.add_post(actor=request.user, person=person, **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            _put(form, refusal)
        else:
            messages.success(request, f"已增加任职：{post}。")
            return redirect("account_detail", pk=person.pk)
    return _detail(request, person, post_form=form)


@require_POST
def post_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a post of a visible account."""
    _require_administrator(request)
    visible = selectors.visible_people(request.user).values("pk")
    post = get_object_or_404(Post.objects.select_related("office", "user").filter(user__in=visible), pk=pk)
    try:
        services.end_post(actor=request.user, post=post)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已结束任职：{post}。")
    return redirect("account_detail", pk=post.user_id)


@require_GET
def account_offices(request: SignedInRequest) -> HttpResponse:
    """Offices for the entry field while typing (htmx)."""
    _require_administrator(request)
    text = request.GET.get("office", "")[:40]
    offices = [selectors.office_entry(office) for office in selectors.find_offices(request.user, text)]
    return render(request, "orgs/_account_offices.html", {"offices": offices})


def _put(form, refusal: DomainError) -> None:
    """The service's words beside their fields, or on top of the form."""
    for error in refusal.errors if isinstance(refusal, DomainErrors) else [refusal]:
        form.add_error(error.field if error.field in form.fields else None, error.message)
