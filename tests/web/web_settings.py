"""The app's own settings, on a database and a folder of the test run; static files are found without a build."""

from lenitive.shells.web.settings import *  # noqa: F403
from lenitive.shells.web.site import site

SECRET_KEY = "only-for-tests"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A hash that takes 50 ms each time would be most of the run.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
LOGGING_CONFIG = None

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as at a practice: a database in memory is shared by threads in a way that a file is not, and locks where a file waits.
    DATABASES["default"]["TEST"] = {"NAME": str(site().data / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
