<?php
// Verifies an access token of domofon: php verify.php TOKEN
declare(strict_types=1);

require __DIR__ . '/vendor/autoload.php';

use Firebase\JWT\JWK;
use Firebase\JWT\JWT;

$jwks = getenv('DOMOFON_JWKS') ?: 'http://127.0.0.1:8080/.well-known/jwks.json';
$issuer = getenv('DOMOFON_ISSUER') ?: 'http://localhost:8080';
$audience = getenv('DOMOFON_AUDIENCE') ?: 'domofon';

/** The keys as they are published. Keep them (APCu, Redis) for five minutes. */
function fetchKeys(string $url): array
{
    $context = stream_context_create(['http' => ['timeout' => 5]]);
    $text = file_get_contents($url, false, $context);
    if ($text === false) {
        throw new UnexpectedValueException('the keys cannot be reached');
    }
    return json_decode($text, true, 8, JSON_THROW_ON_ERROR);
}

/** The claims of a token; throws when it is not good. */
function verify(string $token, array $keys, string $issuer, string $audience): stdClass
{
    $headers = new stdClass();
    // Each key has its algorithm, and a token that asks for another is refused.
    $claims = JWT::decode($token, JWK::parseKeySet($keys, 'ES256'), $headers);
    if (($headers->typ ?? null) !== 'at+jwt' || ($headers->alg ?? null) !== 'ES256') {
        throw new UnexpectedValueException('not an access token');
    }
    $audiences = (array) ($claims->aud ?? []);
    if (($claims->iss ?? null) !== $issuer || !in_array($audience, $audiences, true)) {
        throw new UnexpectedValueException('of another issuer or for another service');
    }
    if (!isset($claims->exp, $claims->sub)) {
        throw new UnexpectedValueException('without an end or an account');
    }
    return $claims;
}

try {
    echo json_encode(verify($argv[1] ?? '', fetchKeys($jwks), $issuer, $audience)), "\n";
} catch (Throwable $error) {
    fwrite(STDERR, "not good: {$error->getMessage()}\n");
    exit(1);
}
