# SPDX-License-Identifier: EUPL-1.2
"""The settings of a coordinator: a home folder with ``coordinator.toml``, or the environment.

Every setting may also come from the environment, as ``ONTSCHOT_COORDINATOR_<NAME>``.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ontschot.protocol.documents.base import Identifier
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text

FILE = "coordinator.toml"

Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=253)]


class SettingsWrong(Misconfigured):
    """A setting is missing or has another form."""

    code = "coordinator-settings-wrong"
    title = Text("Een instelling klopt niet", "A setting is wrong")
    remedy = Text(
        "Verbeter de genoemde instelling in coordinator.toml, of in de omgeving.",
        "Mend the setting that is named, in coordinator.toml or in the environment.",
    )


class PortUnusable(Misconfigured):
    """Something else listens on a port, or the address is not one of this machine."""

    code = "port-unusable"
    title = Text("Een poort is niet te gebruiken", "A port cannot be used")
    remedy = Text(
        "Draait het programma al? Kies anders een andere poort of een ander luisteradres.",
        "Does the program run already? If not, choose another port or address to listen on.",
    )


class Settings(BaseSettings):
    """All settings of a coordinator.

    Attributes:
        home: the folder of this installation.
        name: its id in the roster.
        federation: the federation's id.
        host: the name or address at which participants reach it; in its certificate.
        listen: the address that it listens on.
        link_port: gRPC over mTLS for participants.
        enrolment_port: gRPC over one-way TLS, for enrolment alone.
        rest_port: the REST interface.
        public_url: address of the REST interface for its users.
        database_url: SQLite in the home folder when empty; PostgreSQL by URL.
        patience_hours: how long a question waits for providers that do not answer.
        spare_batches: gate keys of each wanted kind to keep in stock.
        tick_seconds: how often deadlines are looked at.
        contact_name: who answers questions about the REST interface.
        contact_email: likewise.
        contact_url: likewise.
        log_level: debug, info, warning or error.
    """

    model_config = SettingsConfigDict(
        env_prefix="ONTSCHOT_COORDINATOR_", extra="forbid", frozen=True
    )

    home: Path
    name: Identifier = "coordinator"
    federation: Identifier
    host: Address
    listen: Address = "127.0.0.1"
    link_port: Port = 7443
    enrolment_port: Port = 7444
    rest_port: Port = 7480
    public_url: str = ""
    database_url: str = ""
    patience_hours: Annotated[int, Field(ge=1, le=24 * 90)] = 24 * 14
    spare_batches: Annotated[int, Field(ge=0, le=1000)] = 20
    tick_seconds: Annotated[int, Field(ge=1, le=3600)] = 5
    contact_name: str = "Beheer Ontschot"
    contact_email: str = "beheer@example.org"
    contact_url: str = "https://example.org"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def store_url(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite:///{self.home / 'coordinator.db'}"

    @property
    def keys_path(self) -> Path:
        """Where signing and sealing key are."""
        return self.home / "keys.json"

    @property
    def authority_path(self) -> Path:
        """Where the key and certificate of the authority are."""
        return self.home / "authority.pem"

    @property
    def certificates_path(self) -> Path:
        """Where the server's certificate is."""
        return self.home / "certificates.pem"

    @property
    def rest_url(self) -> str:
        """Address of the REST interface, without ``/v1``."""
        return self.public_url or f"http://{self.host}:{self.rest_port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (pydantic's signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (idem)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file; the file is found through the home folder."""
        home = init_settings().get("home") or Path()
        file = TomlConfigSettingsSource(settings_cls, Path(home) / FILE)
        return init_settings, env_settings, file


def load_settings(home: Path) -> Settings:
    """Return the settings of the installation in ``home``.

    Raises:
        SettingsWrong: not initialised, a setting missing or wrong; the detail names it.
    """
    if not (home / FILE).is_file():
        raise SettingsWrong(f"{home / FILE}: no such file; run 'ontschot-coordinator init' first")
    try:
        return Settings(home=home)  # type: ignore[call-arg]  # the rest comes from the sources
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsWrong(f"{place}: {first['msg']}") from error
    except ValueError as error:
        raise SettingsWrong(f"{FILE}: {error}") from error
