from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from auth_sms.models import Referral, User
from original.codes import new_code, send
from original.users import token_pair


class UserSerializer(serializers.ModelSerializer):
    users_list = serializers.SerializerMethodField()
    user_referral = serializers.SlugRelatedField(
        slug_field="referral", queryset=Referral.objects.all(), allow_null=True, required=False,
        error_messages={"does_not_exist": "Object with {slug_name}={value} does not exist."})

    class Meta:
        model = User
        fields = ["users_list", "phone", "email", "first_name", "last_name", "avatar",
                  "self_referral", "user_referral"]
        read_only_fields = ["self_referral"]

    def get_users_list(self, user):
        return [other.phone for other in User.objects.filter(user_referral=user.self_referral_id)]

    def validate_user_referral(self, value):
        if value is not None and self.instance.user_referral is not None:
            raise serializers.ValidationError("Referral already input.")
        return value


class AuthSms(APIView):
    def post(self, request):
        phone = request.data.get("phone")
        if not phone:
            return Response({"phone": ["This field is required."]},
                            status=status.HTTP_400_BAD_REQUEST)
        user = User.objects.filter(phone=phone).first()
        is_new = user is None
        if is_new:
            user = User(phone=phone, self_referral=Referral.objects.create())
        user.sms_code = new_code()
        user.save()
        send(phone, user.sms_code)
        if is_new:
            return Response({"message": "User created and SMS sent."},
                            status=status.HTTP_201_CREATED)
        return Response({"message": "SMS sent to existing user."})


class Login(APIView):
    def post(self, request):
        user = User.objects.filter(phone=request.data.get("phone")).first()
        code = request.data.get("password")
        if user is None or not code or user.sms_code != code:
            return Response({"detail": "No active account found with the given credentials"},
                            status=status.HTTP_401_UNAUTHORIZED)
        user.sms_code = None
        user.save()
        return Response(token_pair(user))


class Retrieve(generics.RetrieveAPIView):
    queryset = User.objects.select_related("user_referral")
    serializer_class = UserSerializer


class Update(generics.UpdateAPIView):
    queryset = User.objects.select_related("user_referral")
    serializer_class = UserSerializer


class Delete(generics.DestroyAPIView):
    queryset = User.objects.all()
