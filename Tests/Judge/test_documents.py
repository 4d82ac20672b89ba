"""The documents tell of what is there."""
import re
import subprocess

import pytest

from conftest import ROOT

DOCUMENTS = sorted(path for pattern in ["*.md", "docs/*.md", "[A-Z]*/README.md", "Tests/*/README.md"]
                   for path in ROOT.glob(pattern))
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


@pytest.mark.parametrize("guide", ["architecture", "add-an-operator", "add-a-pass"])
def test_every_name_from_the_code_that_a_guide_gives_exists(guide):
    files = [*ROOT.glob("Sources/**/*.[swiftch]*"), *ROOT.glob("Tests/**/*.swift"), ROOT / "Scripts/test",
             ROOT / "Package.swift"]
    code = "\n".join(file.name + "\n" + file.read_text() for file in files if file.is_file())
    words = set(re.findall(r"\w+", code))
    names = set(re.findall(r"`\.?([A-Za-z_]+(?:\.[A-Za-z]+)?)`", (ROOT / f"docs/{guide}.md").read_text()))
    unknown = [name for name in names if not words.issuperset(name.split("."))]
    assert len(names) >= 5
    assert not unknown, f"{guide}.md names {', '.join(sorted(unknown))}"


def test_the_readme_lists_every_command(onnxq):
    commands = re.findall(r"^  (\w+) {2,}\S", onnxq("--help").stdout.split("SUBCOMMANDS:")[1], re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert len(commands) >= 6
    assert [command for command in commands if f"| `onnxq {command}` |" not in readme] == []
