from django.urls import path

from auth_sms import views

urlpatterns = [
    path("auth/sms/", views.AuthSms.as_view()),
    path("users/login/", views.Login.as_view()),
    path("users/<int:pk>/", views.Retrieve.as_view()),
    path("users/update/<int:pk>/", views.Update.as_view()),
    path("users/delete/<int:pk>/", views.Delete.as_view()),
]
