from django.urls import path

from send_code import views

urlpatterns = [
    path("send_code/", views.SendCode.as_view()),
    path("verify/", views.Verify.as_view()),
    path("users/", views.Users.as_view()),
    path("users/<int:pk>/", views.Profile.as_view()),
]
