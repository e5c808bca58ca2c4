# SPDX-License-Identifier: EUPL-1.2
"""Settings of the portal, from the environment: ``ONTSCHOT_PORTAL_`` and the name in capitals."""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, FilePath, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text


class BadSettings(Misconfigured):
    """A setting has a value that cannot be right."""

    code = "portal-settings"
    title = Text("Een instelling van het portaal klopt niet", "A setting of the portal is wrong")
    remedy = Text(
        "Verbeter de genoemde omgevingsvariabele en start opnieuw.",
        "Mend the environment variable named here and start again.",
    )


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix="ONTSCHOT_PORTAL_", frozen=True)

    coordinator_url: Annotated[
        AnyHttpUrl, Field(description="Address of the coordinator, without /v1")
    ] = AnyHttpUrl("http://127.0.0.1:7480")
    coordinator_ca: Annotated[
        FilePath | None,
        Field(description="PEM file with the certificate authority of the coordinator"),
    ] = None
    coordinator_timeout: Annotated[
        float, Field(gt=0, le=120, description="Seconds to wait for the coordinator")
    ] = 10.0
    host: Annotated[str, Field(description="Address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on")] = 8080
    organisation: Annotated[
        str, Field(min_length=1, max_length=80, description="Name at the top of every page")
    ] = "Ontschot"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="Least level that is logged"),
    ] = "info"


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        BadSettings: one has a wrong value; the detail names it, without the value.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({str(fault["loc"][0]) for fault in error.errors(include_input=False)})
        raise BadSettings(", ".join(f"ONTSCHOT_PORTAL_{n.upper()}" for n in names)) from error
