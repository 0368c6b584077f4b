// Verifies an access token of domofon: go run . TOKEN
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

var (
	jwks     = setting("DOMOFON_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json")
	issuer   = setting("DOMOFON_ISSUER", "http://localhost:8080")
	audience = setting("DOMOFON_AUDIENCE", "domofon")
)

// keySet keeps the public keys. It fetches them when a token names one that is not among them, but
// no more than once in 30 seconds: strangers can name any.
type keySet struct {
	mutex   sync.Mutex
	keys    map[string]*ecdsa.PublicKey
	fetched time.Time
}

func coordinate(text string) (*big.Int, error) {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	return new(big.Int).SetBytes(bytes), err
}

func fetch() (map[string]*ecdsa.PublicKey, error) {
	client := http.Client{Timeout: 5 * time.Second}
	reply, err := client.Get(jwks)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	var set struct {
		Keys []struct{ Kid, Kty, Crv, Alg, X, Y string }
	}
	if err := json.NewDecoder(reply.Body).Decode(&set); err != nil {
		return nil, err
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, key := range set.Keys {
		x, errX := coordinate(key.X)
		y, errY := coordinate(key.Y)
		curve := elliptic.P256()
		if key.Kty != "EC" || key.Crv != "P-256" || errX != nil || errY != nil || !curve.IsOnCurve(x, y) {
			continue
		}
		keys[key.Kid] = &ecdsa.PublicKey{Curve: curve, X: x, Y: y}
	}
	return keys, nil
}

func (set *keySet) find(token *jwt.Token) (interface{}, error) {
	kid, _ := token.Header["kid"].(string)
	set.mutex.Lock()
	defer set.mutex.Unlock()
	if set.keys[kid] == nil && time.Since(set.fetched) > 30*time.Second {
		keys, err := fetch()
		if err != nil {
			return nil, err
		}
		set.keys, set.fetched = keys, time.Now()
	}
	if key := set.keys[kid]; key != nil {
		return key, nil
	}
	return nil, errors.New("signed with a key that is not known")
}

var keys keySet

// verify gives the claims of a token, or says why it is not good.
func verify(text string) (jwt.MapClaims, error) {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}))
	claims := jwt.MapClaims{}
	token, err := parser.ParseWithClaims(text, claims, keys.find)
	if err != nil {
		return nil, err
	}
	if token.Header["typ"] != "at+jwt" {
		return nil, errors.New("not an access token")
	}
	if !claims.VerifyIssuer(issuer, true) || !claims.VerifyAudience(audience, true) {
		return nil, errors.New("of another issuer or for another service")
	}
	if !claims.VerifyExpiresAt(time.Now().Unix(), true) {
		return nil, errors.New("without an end")
	}
	return claims, nil
}

func main() {
	text := ""
	if len(os.Args) > 1 {
		text = os.Args[1]
	}
	claims, err := verify(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, "not good:", err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(claims)
}
