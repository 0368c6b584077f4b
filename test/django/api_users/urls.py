from django.urls import path

from api_users import views

urlpatterns = [
    path("api/users/login/", views.Login.as_view()),
    path("api/users/token/", views.Token.as_view()),
    path("api/users/list/", views.Everybody.as_view()),
    path("api/users/<int:pk>/", views.One.as_view()),
]
