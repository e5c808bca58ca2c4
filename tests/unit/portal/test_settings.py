# SPDX-License-Identifier: EUPL-1.2
import pytest

from ontschot.portal.settings import BadSettings, Settings, load_settings


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert str(settings.coordinator_url) == "http://127.0.0.1:7480/"


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTSCHOT_PORTAL_COORDINATOR_URL", "https://cijfers.example.org")
    monkeypatch.setenv("ONTSCHOT_PORTAL_PORT", "9000")
    monkeypatch.setenv("ONTSCHOT_PORTAL_ORGANISATION", "Regio Voorbeeld")
    settings = load_settings()
    assert str(settings.coordinator_url) == "https://cijfers.example.org/"
    assert (settings.port, settings.organisation) == (9000, "Regio Voorbeeld")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COORDINATOR_URL", "file:///etc/passwd"),
        ("COORDINATOR_CA", "/none/ca.pem"),
        ("PORT", "70000"),
        ("PORT", "secret"),
        ("COORDINATOR_TIMEOUT", "0"),
        ("LOG_LEVEL", "loud"),
        ("ORGANISATION", ""),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ONTSCHOT_PORTAL_{name}", value)
    with pytest.raises(BadSettings) as caught:
        load_settings()
    assert caught.value.detail == f"ONTSCHOT_PORTAL_{name}"


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
