# SPDX-License-Identifier: EUPL-1.2
"""The settings of one installation: a home folder with ``node.toml``, overridden by environment.

``init`` writes the file. Every setting may also come from the environment, as
``ONTSCHOT_NODE_<NAME>``; secrets are files in the home folder and never settings.
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

Role = Literal["provider", "helper", "dealer"]
Profile = Literal["production", "rehearsal", "demo"]
Agb = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
GemeenteCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]

FILE = "node.toml"


class SettingsWrong(Misconfigured):
    """A setting is missing or has another form."""

    code = "settings-wrong"
    title = Text("Een instelling klopt niet", "A setting is wrong")
    remedy = Text(
        "Verbeter de genoemde instelling in node.toml, of in de omgeving.",
        "Mend the setting that is named, in node.toml or in the environment.",
    )


class Settings(BaseSettings):
    """All settings of a node.

    Attributes:
        home: the folder of this installation.
        role: provider, helper or dealer.
        name: this participant's id in the roster.
        federation: the federation's id.
        coordinator: ``host:port`` of the coordinator's link.
        profile: must be the roster's; decides which client numbers may be loaded.
        agb: the provider's own AGB code.
        gemeenten: four-digit codes of the gemeenten that the provider works for.
        records_url: the record store; SQLite in the home folder when empty.
        policy: the policy file, relative to the home folder.
        log_level: debug, info, warning or error.
    """

    model_config = SettingsConfigDict(env_prefix="ONTSCHOT_NODE_", extra="forbid", frozen=True)

    home: Path
    role: Role
    name: Identifier
    federation: Identifier
    coordinator: Annotated[str, StringConstraints(pattern=r"^[^\s:]+:\d{1,5}$")]
    profile: Profile = "production"
    agb: Agb | None = None
    gemeenten: list[GemeenteCode] = Field(default_factory=list)
    records_url: str = ""
    policy: Path = Path("policy.toml")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def state_url(self) -> str:
        """URL of the state database."""
        return f"sqlite:///{self.home / 'state.db'}"

    @property
    def store_url(self) -> str:
        """URL of the record store."""
        return self.records_url or f"sqlite:///{self.home / 'records.db'}"

    @property
    def policy_path(self) -> Path:
        """Where the policy is."""
        return self.home / self.policy

    @property
    def keys_path(self) -> Path:
        """Where signing and sealing key are."""
        return self.home / "keys.json"

    @property
    def certificates_path(self) -> Path:
        """Where the certificate for mTLS is."""
        return self.home / "certificates.pem"

    @property
    def record_keys_path(self) -> Path:
        """Where the keys of the record store are: outside the database and its back-up."""
        return self.home / "record-keys.json"

    @property
    def rounding_key_path(self) -> Path:
        """Where the secret for unbiased rounding is."""
        return self.home / "rounding.key"

    @property
    def placement_path(self) -> Path:
        """Where the provider's own reports on its vectors are."""
        return self.home / "placement"

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
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, Path(home) / FILE),
        )


def load_settings(home: Path) -> Settings:
    """Return the settings of the installation in ``home``.

    Raises:
        SettingsWrong: not initialised, a setting missing or wrong; the detail names it.
    """
    if not (home / FILE).is_file():
        raise SettingsWrong(f"{home / FILE}: no such file; run 'ontschot-node init' first")
    try:
        return Settings(home=home)  # type: ignore[call-arg]  # the rest comes from the sources
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsWrong(f"{place}: {first['msg']}") from error
    except ValueError as error:
        raise SettingsWrong(f"{FILE}: {error}") from error
