"""What waitress and gunicorn write down: never a token, whatever is asked of them."""

from pathlib import Path

import pytest

from kit.database import Database
from links.signing import Purpose
from tests.portal.servers import served
from tests.portal.site import PortalSite


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("program", ["portal", "gunicorn"])
def test_no_token_is_written_down(
    site: PortalSite, platform_db: Database, link_id: bytes, tmp_path: Path, program: str
) -> None:
    token = site.token(Purpose.REPLY, link_id)
    environment = {
        "CHECKIN_PLATFORM_DATABASE_URL": str(platform_db.engine.url),
        "CHECKIN_CAMPAIGN_DATABASE_URL": "none",
        "CHECKIN_LINK_KEYS_FILE": str(site.folder / "links"),
        "CHECKIN_VAULT_KEYS": str(site.folder / "vault"),
    }
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    line = f"/r/{token} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode()
    requests = [
        b"GET " + line + b"\r\n",
        b"POST " + line + form + b"Content-Length: 10\r\n\r\nchanged=no",
        b"GET " + line.replace(b".", b"%2E", 1) + b"\r\n",
        b"GET /r/" + token.encode() + b"\r\n\r\n",
        b"GE\x00T " + line + b"\r\n",
        b"GET " + line + b"Content-Length: nonsense\r\n\r\n",
        b"GET " + line + b"Transfer-Encoding: nonsense\r\n\r\n",
        b"POST " + line + form + b"Content-Length: 99999999\r\n\r\nchanged",
        b"GET " + line + b"Header\r\n with: a fold\r\n\r\n",
    ]
    with served(program, environment=environment, log=tmp_path / "log") as server:
        answers = [server.ask(request) for request in requests]
    written = server.written()
    assert b" 200 OK" in answers[0]
    assert "/r/<token:token>" in written
    assert [part for part in (token, token[:22], token[23:]) if part in written] == []
