"""Accounts and posts, and the switch between one's own posts."""

from django.urls import path

from orgs.views import people, posts

urlpatterns = [
    path("posts/switch/", posts.switch_post, name="switch_post"),
    path("accounts/", people.account_list, name="account_list"),
    path("accounts/new/", people.account_new, name="account_new"),
    path("accounts/offices/", people.account_offices, name="account_offices"),
    path("accounts/<int:pk>/", people.account_detail, name="account_detail"),
    path("accounts/<int:pk>/reset/", people.account_reset, name="account_reset"),
    path("accounts/<int:pk>/disable/", people.account_disable, name="account_disable"),
    path("accounts/<int:pk>/enable/", people.account_enable, name="account_enable"),
    path("accounts/<int:pk>/posts/", people.post_add, name="post_add"),
    path("accounts/posts/<int:pk>/end/", people.post_end, name="post_end"),
]
