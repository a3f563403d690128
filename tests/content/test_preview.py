"""The three files of a preview."""

from email import message_from_bytes, policy
from pathlib import Path

from campaigns.content import preview
from campaigns.content.compile import compile_message
from tests.content.samples import CONTENT, MONTH

PORTAL = "https://portal.example.org"


def test_a_preview_is_what_arrives_with_links_that_say_they_are_samples(tmp_path: Path) -> None:
    compiled = compile_message(CONTENT, MONTH)

    paths = preview.write(
        compiled,
        tmp_path / "out",
        portal_url=PORTAL,
        from_address="Check-in <check-in@example.org>",
        reply_to="help@example.org",
    )

    html, text, mail = (path.read_bytes() for path in paths)
    parsed = message_from_bytes(mail, policy=policy.default)
    assert ["message.html", "message.txt", "message.eml"] == [path.name for path in paths]
    assert b"https://portal.example.org/r/this-is-a-sample-link" in html
    assert b"{{" not in html + text
    assert CONTENT.subject == parsed["Subject"]
    assert "help@example.org" == parsed["Reply-To"]
    assert parsed["Date"].datetime.tzinfo is not None
    assert parsed["Message-ID"].endswith("@example.org>")
    assert f"<{PORTAL}/stop/this-is-a-sample-link>" == parsed["List-Unsubscribe"]
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in parsed.iter_parts()]


def test_the_mail_s_html_part_is_the_page(tmp_path: Path) -> None:
    compiled = compile_message(CONTENT, MONTH)

    paths = preview.write(compiled, tmp_path, portal_url=PORTAL, from_address="a@example.org")

    parsed = message_from_bytes(paths[2].read_bytes(), policy=policy.default)
    page = parsed.get_body(("html",))
    assert page is not None
    assert paths[0].read_text("utf-8").split() == page.get_content().split()
