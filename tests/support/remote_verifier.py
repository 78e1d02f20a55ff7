"""A service behind the portal, as PyJWT has it: fetches the JWKS by itself, keeps it, and verifies one token a line."""

import json
import sys
import time

import jwt

url, issuer = sys.argv[1:3]
# By default an unknown key is asked for at most every 30 seconds.
client = jwt.PyJWKClient(url, lifespan=300, cooldown_duration=0)

for line in sys.stdin:
    question = json.loads(line)
    token = question["token"]
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            client.get_signing_key_from_jwt(token),
            algorithms=[question["algorithm"]],
            audience=question["audience"],
            issuer=issuer,
            # The worker's clock may be ahead of this one; how far is what the suite set.
            leeway=question["ahead"],
            options={"require": ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]},
        )
        alive = claims["exp"] > time.time() + question["ahead"]
        answer = {"kid": header["kid"]} if alive else {"refused": "ExpiredSignatureError"}
    except jwt.PyJWTError as error:
        answer = {"refused": type(error).__name__}
    print(json.dumps(answer), flush=True)
