from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from initialization.models import User
from original.codes import new_code, send
from original.users import token_pair


class PhoneSerializer(serializers.Serializer):
    phone = serializers.RegexField(r"^(\+7|7|8)\d{10}$|^\+375\d{9}$")


class ProfileSerializer(serializers.ModelSerializer):
    invited_users = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["phone", "email", "invite_code", "activated_invite_code", "invited_users"]
        read_only_fields = ["phone", "invite_code"]

    def get_invited_users(self, user):
        invited = User.objects.filter(activated_invite_code=user.invite_code)
        return [other.phone for other in invited]

    def validate_activated_invite_code(self, value):
        if self.instance.activated_invite_code not in (None, value):
            raise serializers.ValidationError("Вы уже активировали инвайт-код")
        if not User.objects.filter(invite_code=value).exists():
            raise serializers.ValidationError("Такого инвайт-кода не существует")
        return value


class Initialization(APIView):
    def post(self, request):
        serializer = PhoneSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user, _ = User.objects.get_or_create(phone=serializer.validated_data["phone"])
        user.code = new_code()
        user.save()
        send(user.phone, user.code)
        return Response(["Код отправлен"])


class Authentication(APIView):
    def post(self, request):
        user = User.objects.filter(phone=request.data.get("phone")).first()
        if user is None or user.code is None or user.code != request.data.get("code"):
            return Response(["Неверный код"], status=status.HTTP_400_BAD_REQUEST)
        user.code = None
        user.save()
        return Response(token_pair(user))


class Profile(generics.RetrieveUpdateAPIView):
    queryset = User.objects.all()
    serializer_class = ProfileSerializer
    lookup_field = "phone"
