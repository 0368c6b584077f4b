from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from original.codes import new_code, send
from original.users import token_pair
from send_code.models import CustomUser


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = CustomUser
        fields = ["id", "phone", "invite_code"]


class SendCode(APIView):
    def post(self, request):
        phone = request.data.get("phone")
        if not phone:
            return Response({"error": "Phone is required"}, status=status.HTTP_400_BAD_REQUEST)
        user, _ = CustomUser.objects.get_or_create(phone=phone)
        user.verification_code = new_code()
        user.save()
        send(phone, user.verification_code)
        return Response({"message": "Code sent", "code": user.verification_code})


class Verify(APIView):
    def get(self, request):
        user = CustomUser.objects.filter(phone=request.data.get("phone")).first()
        code = request.data.get("code")
        if user is None or not code or user.verification_code != code:
            return Response({"error": "Wrong code"}, status=status.HTTP_400_BAD_REQUEST)
        invite_code = request.data.get("invite_code")
        if invite_code and user.invited_by is None:
            user.invited_by = CustomUser.objects.filter(invite_code=invite_code).first()
            if user.invited_by is None:
                return Response({"error": "No such invite code"},
                                status=status.HTTP_400_BAD_REQUEST)
        user.verification_code = None
        user.save()
        return Response({"message": "User verified", **token_pair(user)})

    post = get


class Users(generics.ListAPIView):
    queryset = CustomUser.objects.order_by("id")
    serializer_class = UserSerializer


class Profile(APIView):
    def get(self, request, pk):
        user = generics.get_object_or_404(CustomUser.objects.select_related("invited_by"), pk=pk)
        invited = CustomUser.objects.filter(invited_by=user)
        return Response({
            **UserSerializer(user).data,
            "activated_code": user.invited_by and user.invited_by.invite_code,
            "invited_users": [other.phone for other in invited],
        })
