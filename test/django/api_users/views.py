from rest_framework import generics, permissions, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from api_users.models import User
from original.codes import new_code, send
from original.users import token_pair


class UserSerializer(serializers.ModelSerializer):
    invited = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "phone", "avatar", "email", "city", "telegram_id", "invite_code",
                  "referral_code", "invited"]
        read_only_fields = ["id", "invite_code"]

    def get_invited(self, user):
        return [other.phone for other in User.objects.filter(referral_code=user.invite_code)]

    def validate_referral_code(self, value):
        if self.instance.referral_code not in (None, value):
            raise serializers.ValidationError("Реферальный код уже введён")
        if not User.objects.filter(invite_code=value).exists():
            raise serializers.ValidationError("Такого кода нет")
        return value


class IsSelfOrStaff(permissions.BasePermission):
    def has_object_permission(self, request, view, user):
        return request.user == user or request.user.is_staff


class Login(APIView):
    def post(self, request):
        phone = str(request.data.get("phone", "")).replace(" ", "")
        if not phone:
            return Response({"phone": ["Обязательное поле."]}, status=status.HTTP_400_BAD_REQUEST)
        user, _ = User.objects.get_or_create(phone=phone)
        user.auth_code = new_code()
        user.save()
        send(phone, user.auth_code)
        return Response({"message": "Код отправлен"})

    def put(self, request):
        user = User.objects.filter(auth_code=request.data.get("auth_code", "")).first()
        if user is None:
            return Response({"auth_code": ["Неверный код"]}, status=status.HTTP_400_BAD_REQUEST)
        return Response({"id": user.id, "phone": user.phone})


class Token(APIView):
    def post(self, request):
        phone = str(request.data.get("phone", "")).replace(" ", "")
        user = User.objects.filter(phone=phone).first()
        code = request.data.get("password")
        if user is None or not code or user.auth_code != code:
            return Response({"detail": "Не найдено активной учетной записи"},
                            status=status.HTTP_401_UNAUTHORIZED)
        user.auth_code = None
        user.save()
        return Response(token_pair(user))


class One(generics.RetrieveUpdateDestroyAPIView):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAuthenticated, IsSelfOrStaff]


class Everybody(generics.ListAPIView):
    queryset = User.objects.order_by("id")
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAdminUser]
