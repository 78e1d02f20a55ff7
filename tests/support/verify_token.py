"""Verifies one token as a service behind the portal would: key by `kid` from the JWKS, one algorithm, exact `typ`."""

import json
import sys

import jwt

CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]


def verify(question):
    header = jwt.get_unverified_header(question["token"])
    if header.get("typ") != question["typ"]:
        return {"refused": "WrongType"}
    keys = {key["kid"]: key for key in question["jwks"]["keys"]}
    try:
        key = jwt.PyJWK(keys[header["kid"]], algorithm=question["algorithm"])
        claims = jwt.decode(
            question["token"],
            key,
            algorithms=[question["algorithm"]],
            audience=question["audience"],
            issuer=question["issuer"],
            options={"require": CLAIMS, "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        return {"refused": type(error).__name__}
    return {"header": header, "claims": claims}


print(json.dumps(verify(json.loads(sys.argv[1]))))
