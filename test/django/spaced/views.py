from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import RefreshToken

from original.codes import new_code, send
from spaced.models import UserProfile


class ProfileSerializer(serializers.ModelSerializer):
    invited_users = serializers.SerializerMethodField()

    class Meta:
        model = UserProfile
        fields = ["phone_number", "invite_code", "activated_invite_code", "invited_users"]

    def get_invited_users(self, profile):
        invited = UserProfile.objects.filter(activated_invite_code=profile.invite_code)
        return [other.phone_number for other in invited]


class SendCode(APIView):
    def post(self, request):
        phone = request.data.get("phone_number")
        if not phone:
            return Response({"error": "Phone number is required"},
                            status=status.HTTP_400_BAD_REQUEST)
        profile, _ = UserProfile.objects.get_or_create(phone_number=phone)
        profile.auth_code = new_code()
        profile.save()
        send(phone, profile.auth_code)
        return Response({"message": "Code sent"})


class VerifyCode(APIView):
    def post(self, request):
        phone = request.data.get("phone_number")
        profile = UserProfile.objects.filter(phone_number=phone).first()
        code = request.data.get("code")
        if profile is None or not code or profile.auth_code != code:
            return Response({"error": "Invalid code"}, status=status.HTTP_400_BAD_REQUEST)
        profile.auth_code = None
        profile.save()
        refresh = RefreshToken.for_user(profile)
        return Response({"refresh": str(refresh), "access": str(refresh.access_token)})


class Profile(APIView):
    def get(self, request, phone_number):
        profile = get_object_or_404(UserProfile, phone_number=phone_number)
        return Response(ProfileSerializer(profile).data)

    def post(self, request, phone_number):
        profile = get_object_or_404(UserProfile, phone_number=phone_number)
        code = request.data.get("invite_code")
        if profile.activated_invite_code is not None:
            return Response({"error": "Invite code already activated"},
                            status=status.HTTP_400_BAD_REQUEST)
        if not UserProfile.objects.filter(invite_code=code).exists():
            return Response({"error": "Invalid invite code"}, status=status.HTTP_400_BAD_REQUEST)
        profile.activated_invite_code = code
        profile.save()
        return Response({"message": "Invite code activated"})
