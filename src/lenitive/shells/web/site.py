"""What one installation is: where its data lie, which database it uses, and by which names it is reached."""

from __future__ import annotations

import os
import secrets
import stat
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Site", "SiteError", "site"]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


class SiteError(Exception):
    """The installation is not as it has to be; the message says what to do."""


def _home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "lenitive"


class Site(BaseSettings):
    """Read from the environment; every variable begins with ``LENITIVE_``.

    Attributes:
        data: Folder of the database, the secret key and the static files; only its owner may read it.
        database: A PostgreSQL address such as ``postgresql://user@host/name``; empty for the file in ``data``.
        hosts: Names by which browsers reach it.
        origins: Where forms may come from when a proxy ends TLS, such as ``https://pain.example.org``.
        proxies: How many proxies of your own stand before it; each adds one address to ``X-Forwarded-For``.
        tls: Whether browsers reach it by https; without, cookies would not be sent over plain http.
        name: The practice's name, on the pages.
        time_zone: Where the practice is, such as ``Europe/Berlin``; a new patient's local days are taken to be its own.
        market: Where the pharmacy is, such as ``us`` or ``uk``: plans are made of products sold there.
        clinic_phone: Whom patients call, shown under a warning sign.
        crisis_phone: The crisis line of the country.
        emergency_phone: The emergency number of the country.
        oidc_issuer: Address of an OpenID Connect provider by which people may sign in beside their password; empty for none.
        oidc_client: The id that this provider gave the installation.
        oidc_secret_file: File of the secret that goes with it, for its owner alone.
        oidc_name: What the provider is called on the page.
    """

    model_config = SettingsConfigDict(env_prefix="LENITIVE_", extra="ignore", frozen=True)

    data: Path = Field(default_factory=_home)
    database: str = ""
    hosts: list[str] = Field(default_factory=lambda: ["127.0.0.1", "localhost", "[::1]"])
    origins: list[str] = Field(default_factory=list)
    proxies: int = Field(default=0, ge=0, le=5)
    tls: bool = False
    name: str = "Lenitive"
    time_zone: str = "UTC"
    market: str = "us"
    clinic_phone: str = ""
    crisis_phone: str = ""
    emergency_phone: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret_file: Path | None = None
    oidc_name: str = "your organisation"

    @property
    def on_loopback(self) -> bool:
        """Whether it can only be reached from its own machine."""
        return set(self.hosts) <= _LOOPBACK

    @property
    def secret_file(self) -> Path:
        """Where the secret key lies."""
        return self.data / "secret-key"

    @property
    def database_file(self) -> Path:
        """Where the embedded database lies."""
        return self.data / "lenitive.sqlite3"

    def prepare(self) -> None:
        """Make the data folder and the secret key, for the owner alone.

        Raises:
            SiteError: When the folder cannot be written, or others may read it.
        """
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.secret_file.exists():
                handle = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w") as file:
                    file.write(secrets.token_urlsafe(64))
        except OSError as error:
            raise SiteError(f"{self.data} cannot be written ({error.strerror}); set LENITIVE_DATA") from error
        self._private(self.data)
        self._private(self.secret_file)

    def secret_key(self) -> str:
        """The secret key; a passing one while there is no file, so that the settings can be read before a first start."""
        if not self.secret_file.exists():
            return secrets.token_urlsafe(64)
        self._private(self.secret_file)
        return self.secret_file.read_text().strip()

    @property
    def oidc_origin(self) -> str:
        """Scheme and host of the provider."""
        parts = urlsplit(self.oidc_issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def oidc_secret(self) -> str:
        """What this installation shows the provider.

        Raises:
            SiteError: When there is no such file, or others may read it.
        """
        file = self.oidc_secret_file
        if file is None or not file.is_file():
            raise SiteError("LENITIVE_OIDC_SECRET_FILE names no file; put the provider's secret in one, readable by you alone")
        self._private(file)
        return file.read_text().strip()

    def _private(self, path: Path) -> None:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SiteError(f"others may read {path}; run: chmod go-rwx {path}")


@cache
def site() -> Site:
    """The installation that this process belongs to."""
    return Site()
