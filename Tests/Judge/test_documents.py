"""The documents tell of what is there."""
import re
import subprocess

import pytest

from conftest import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("Tests/*/README.md")])
FOLDERS = "Sources|Tests|Schemas|Models|Scripts|docs"


def test_the_list_of_operators_is_the_one_the_sources_give():
    done = subprocess.run([ROOT / "Scripts/list-operators", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_exists(document):
    text = document.read_text()
    named = re.findall(rf"`((?:{FOLDERS})/[\w./+-]+)`", text)
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    absent = [name for name in named if not (ROOT / name).exists()]
    absent += [target for target in linked if not (document.parent / target).exists()]
    assert not absent


def test_every_swift_name_the_guides_give_exists():
    sources = "\n".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))
    for guide in ["architecture", "add-an-operator", "add-a-pass"]:
        text = (ROOT / f"docs/{guide}.md").read_text()
        names = {name for name in re.findall(r"`([A-Za-z]+(?:\.[a-z][A-Za-z]+)?)`", text)}
        unknown = [name for name in names if not all(re.search(rf"\b{part}\b", sources) for part in name.split("."))]
        assert not unknown, f"{guide}.md names {', '.join(sorted(unknown))}"


def test_the_readme_lists_every_command(onnxq):
    commands = re.findall(r"^  (\w+) {2,}\S", onnxq("--help").stdout.split("SUBCOMMANDS:")[1], re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert len(commands) >= 6
    assert [command for command in commands if f"| `onnxq {command}` |" not in readme] == []
