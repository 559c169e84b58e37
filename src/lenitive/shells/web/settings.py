"""Django's settings, from the installation's own (``site``). Nothing here is set by hand on a machine."""

import sys

try:  # The bundled engine: the system's may carry a fault in write-ahead logging that was mended in 3.51.3.
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
except ImportError:  # no wheel for this platform; the start-up check decides
    pass

from pathlib import Path

from lenitive.shells.web.site import site

_SITE = site()
_HERE = Path(__file__).parent

DEBUG = False
SECRET_KEY = _SITE.secret_key()
ALLOWED_HOSTS = _SITE.hosts
CSRF_TRUSTED_ORIGINS = _SITE.origins
ROOT_URLCONF = "lenitive.shells.web.urls"
WSGI_APPLICATION = "lenitive.shells.web.wsgi.application"
AUTH_USER_MODEL = "web.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages of passkeys and sessions ask for it
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "lenitive.shells.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lenitive.shells.web.middleware.SessionLimits",
    "lenitive.shells.web.middleware.AccessControl",
    "lenitive.shells.web.middleware.RequestLimits",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lenitive.shells.web.context.page",
            ],
            "builtins": ["lenitive.shells.web.templatetags.lenitive"],
        },
    }
]


_DRIVER = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def _database() -> dict[str, object]:
    if not _SITE.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            # Never made by opening it: a file that is gone is a fault to be told, not an empty database to go on with.
            "NAME": f"{_SITE.database_file.absolute().as_uri()}?mode=rw",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;",
            },
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    from psycopg.conninfo import conninfo_to_dict

    # What the address says beyond these (such as a socket's folder, or how TLS is checked) goes to the driver as it is.
    at = {name: value for name, value in conninfo_to_dict(_SITE.database).items() if value is not None}
    own = {key: at.pop(name, "") for key, name in _DRIVER.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **own,
        "OPTIONS": {**at, "pool": True},
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
CACHES = {
    # Rate limits live here and hold for all processes of the server.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Who comes in.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "lenitive.shells.web.hashing.Argon2InOneLane",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "lenitive.shells.web.adapter.ByInvitation"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = _SITE.proxies
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _SITE.on_loopback
MFA_TOTP_ISSUER = "Lenitive"
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_IPWARE_PROXY_COUNT = _SITE.proxies
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if _SITE.proxies else ["REMOTE_ADDR"]
)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# Signing in by an OpenID Connect provider: off until a site names one. It makes no accounts; a person connects hers once, signed in.
SOCIALACCOUNT_ADAPTER = "lenitive.shells.web.adapter.ByConnection"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "site",
                "name": _SITE.oidc_name,
                "client_id": _SITE.oidc_client,
                "secret": _SITE.oidc_secret(),
                "settings": {"server_url": _SITE.oidc_issuer},
            }
        ]
        if _SITE.oidc_issuer
        else [],
    }
}

# Sessions: idle and absolute limits by role are kept by ``middleware.SessionLimits``.
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SITE.tls
SESSION_COOKIE_NAME = "__Host-session" if _SITE.tls else "session"
CSRF_COOKIE_HTTPONLY = False  # the diary's script sends it in a header
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "lenitive.shells.web.views.errors.forged"

# What a browser may do.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _SITE.tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SITE.tls
SECURE_HSTS_PRELOAD = False
SECURE_SSL_REDIRECT = False  # the proxy that ends TLS does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SITE.proxies and _SITE.tls else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        # A browser holds the provider's page, to which the form of signing in leads on, to this rule too.
        "form-action": ["'self'", *([_SITE.oidc_origin] if _SITE.oidc_issuer else [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

STATIC_URL = "/static/"
STATIC_ROOT = _SITE.data / "static"
STATICFILES_DIRS = [_HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
# A language is a folder here: the words of the pages, and Django's own come with Django.
LOCALE_PATHS = [_HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lenitive.shells.web.logs.JsonLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "lenitive.web": {"level": "INFO"},
        # Paths carry ids of patients; ``middleware`` logs each request by its route's name instead.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "axes": {"level": "CRITICAL"},
        "allauth": {"level": "CRITICAL"},
    },
}
