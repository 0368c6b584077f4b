from django.urls import path

from spaced import views

urlpatterns = [
    path("Send Code/", views.SendCode.as_view()),
    path("Verify Code/", views.VerifyCode.as_view()),
    path("Profile/<str:phone_number>", views.Profile.as_view()),
]
