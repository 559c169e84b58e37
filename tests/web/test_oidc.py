"""Signing in by an OpenID Connect provider: off until a site names one, and open only to whoever connected her account."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from lenitive.shells.web.models import User

PASSWORD = "correct horse battery"


class _Provider:
    """A provider of one person, as the specification has it: discovery, authorization code with PKCE, signed identity, user info."""

    def __init__(self):
        self.subject, self.codes, self.verifiers = "person-1", {}, []
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def _say(self, what):
                body = json.dumps(what).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                at = urlsplit(self.path).path
                if at == "/.well-known/openid-configuration":
                    self._say({
                        "issuer": provider.url, "authorization_endpoint": f"{provider.url}/authorize", "token_endpoint": f"{provider.url}/token",
                        "userinfo_endpoint": f"{provider.url}/userinfo", "jwks_uri": f"{provider.url}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                    })  # fmt: skip
                elif at == "/keys":
                    one = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
                    self._say({"keys": [{**one, "kid": "k", "alg": "RS256", "use": "sig"}]})
                else:
                    self._say({"sub": provider.subject, "name": "A Person", "email": "clinician@example.org", "email_verified": True})

            def do_POST(self):
                given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                provider.verifiers.append(given.get("code_verifier"))
                now = int(time.time())
                claims = {"iss": provider.url, "aud": "the-practice", "sub": provider.subject, "iat": now, "exp": now + 60}
                identity = jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": "k"})
                self._say({"access_token": "a", "token_type": "Bearer", "id_token": identity, "expires_in": 60})

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider(settings):
    made = _Provider()
    app = {"provider_id": "site", "name": "The hospital", "client_id": "the-practice", "secret": "s", "settings": {"server_url": made.url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    made.server.shutdown()
    made.server.server_close()


def _through(client, process, state=None):
    """To the provider and back; what the practice answers."""
    to = client.post(f"/accounts/oidc/site/login/?process={process}")
    assert to.status_code == 302, to.status_code
    asked = parse_qs(urlsplit(to["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    return client.get("/accounts/oidc/site/login/callback/", {"code": "c", "state": state or asked["state"][0]})


def _signed_in(name):
    client = Client(HTTP_HOST="localhost")
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def test_without_a_provider_there_is_none(people):
    client = Client(HTTP_HOST="localhost")
    assert client.post("/accounts/oidc/site/login/?process=login").status_code == 404
    assert "Sign in with" not in client.get("/accounts/login/").content.decode().replace("Sign in with a passkey", "")


def test_whoever_connected_her_account_signs_in_and_the_proof_is_asked_for(people, provider):
    _through(_signed_in("clinician"), "connect")
    client = Client(HTTP_HOST="localhost")
    _through(client, "login")
    assert client.session["_auth_user_id"] == str(people["clinician"].pk)
    assert client.get("/panel/").status_code == 200
    assert all(provider.verifiers)


def test_a_stranger_of_the_provider_gets_no_account_whatever_address_it_vouches_for(people, provider):
    """The same address as the clinician's, verified by the provider: it opens nothing and makes nothing."""
    User.objects.filter(pk=people["clinician"].pk).update(email="clinician@example.org")
    before = User.objects.count()
    client = Client(HTTP_HOST="localhost")
    _through(client, "login")
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == before


def test_an_answer_to_a_question_that_was_not_asked_is_refused(people, provider):
    _through(_signed_in("clinician"), "connect")
    client = Client(HTTP_HOST="localhost")
    _through(client, "login", state="forged")
    assert "_auth_user_id" not in client.session


def test_an_ended_account_does_not_come_in_by_the_provider(people, provider):
    from lenitive.shells.web.actions.inviting import end_account

    _through(_signed_in("clinician"), "connect")
    end_account(people["clinician"])
    client = Client(HTTP_HOST="localhost")
    _through(client, "login")
    assert "_auth_user_id" not in client.session
    assert client.get("/panel/").status_code == 302


def test_a_provider_s_secret_is_its_owner_s_alone(tmp_path, monkeypatch):
    from lenitive.shells.web.site import Site, SiteError

    file = tmp_path / "secret"
    file.write_text("s\n")
    file.chmod(0o644)
    with pytest.raises(SiteError, match="others may read"):
        Site(oidc_issuer="https://id.example.org/realm", oidc_secret_file=file).oidc_secret()
    file.chmod(0o600)
    found = Site(oidc_issuer="https://id.example.org/realm", oidc_secret_file=file)
    assert (found.oidc_secret(), found.oidc_origin) == ("s", "https://id.example.org")
    with pytest.raises(SiteError, match="OIDC_SECRET_FILE"):
        Site(oidc_issuer="https://id.example.org").oidc_secret()
