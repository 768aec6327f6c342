"""`dateline settings` and `--config`."""

import json
import tomllib

from tests.conftest import Cli, serving


def test_values_and_origins_are_shown(cli: Cli) -> None:
    """An admin sees which source decides; the report is a dateline.toml itself."""
    (cli.folder / "dateline.toml").write_text(
        '[site]\ntitle = "Gull & \\"Tide\\""\n[index.golden]\n"two words" = "a1"\n":fire:" = "\\u007f"\n'
        '[cluster]\npassword = "sesame"\n',
        "utf-8",
    )
    done = cli("settings", "--data", "elsewhere", DATELINE_SERVER_PORT="9000")
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert 'data = "elsewhere"  # --data' in lines
    assert 'engine = "tantivy"  # default' in lines
    assert 'title = "Gull & \\"Tide\\""  # dateline.toml' in lines
    assert "port = 9000  # DATELINE_SERVER_PORT" in lines
    assert 'golden = { "two words" = "a1", ":fire:" = "\\u007f" }  # dateline.toml' in lines
    assert 'password = "***"  # dateline.toml' in lines
    assert "sesame" not in done.stdout
    (cli.folder / "dateline.toml").write_text(done.stdout, "utf-8")
    assert 'title = "Gull & \\"Tide\\""  # dateline.toml' in cli("settings").stdout
    assert tomllib.loads(done.stdout)["index"]["golden"] == {
        "two words": "a1",
        ":fire:": "\x7f",
    }


def test_values_and_origins_as_json(cli: Cli) -> None:
    """Programs get the same by key."""
    settings = json.loads(
        cli("settings", "--json", DATELINE_CLUSTER_PASSWORD="sesame", DATELINE_KEEP="3").stdout
    )["settings"]
    assert settings["data"] == {"value": "data", "origin": "default"}
    assert settings["index.keep"] == {"value": 3, "origin": "DATELINE_KEEP"}
    assert settings["cluster.password"]["value"] == "***"
    assert settings["site.colours"] == {"value": {}, "origin": "default"}


def test_another_file_is_named_before_or_after_the_command(cli: Cli) -> None:
    """`--config` is a common option; its file replaces dateline.toml and must exist."""
    (cli.folder / "dateline.toml").write_text("xyzzy = 1\n", "utf-8")
    (cli.folder / "other.toml").write_text('[site]\ntitle = "Other"\n', "utf-8")
    shown = 'title = "Other"  # other.toml'
    assert shown in cli("settings", "--config", "other.toml").stdout
    assert shown in cli("--config", "other.toml", "settings").stdout
    assert shown in cli("settings", DATELINE_CONFIG="other.toml").stdout
    assert "no file of settings gone" in cli("settings", "--config", "gone", code=2).stderr
    assert "name of the file is empty" in cli("settings", "--config", "", code=2).stderr


def test_old_names_work_with_a_warning(cli: Cli) -> None:
    """A warning per old name goes to the log, in its format, and leaves the report alone."""
    (cli.folder / "dateline.toml").write_text('title = "Tide"\nlog_format = "json"\n', "utf-8")
    done = cli("settings", "--json")
    assert json.loads(done.stdout)["settings"]["site.title"]["value"] == "Tide"
    warnings = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(each["level"], each["event"], each["old"], each["new"]) for each in warnings] == [
        ("warning", "setting_renamed", "title in dateline.toml", "[site] title"),
        ("warning", "setting_renamed", "log_format in dateline.toml", "[server] log_format"),
    ]


def test_a_server_reads_the_named_file_and_warns_once(cli: Cli) -> None:
    """Workers read the file that the server was started with, and do not repeat its warnings."""
    (cli.folder / "empty.jsonl").write_text(
        '{"id": "a1", "title": "A tug", "published": "2020-01-01", "body": "It tows."}\n', "utf-8"
    )
    cli("rebuild", "empty.jsonl")
    (cli.folder / "old.toml").write_text('title = "The old file"\nport = 1\n', "utf-8")
    with serving("serve", "--config", "old.toml", folder=cli.folder, workers=2) as server:
        assert "The old file" in server.get("/").text
    log = (cli.folder / "server.log").read_text("utf-8")
    assert log.count("title in old.toml is now [site] title") == 1
    assert log.count("is now") == 2
