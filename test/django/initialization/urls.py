from django.urls import path

from initialization import views

urlpatterns = [
    path("users/initialization/", views.Initialization.as_view()),
    path("users/authentication/", views.Authentication.as_view()),
    path("users/profile/<str:phone>/", views.Profile.as_view()),
]
