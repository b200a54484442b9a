"""A folder of YAML becomes a library, or says what keeps it from becoming one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.load import load
from tests.library.conftest import Edit

ARTICLE = "articles/silicon-valley-002.yaml"


def complaints(folder: Path, language: Language = Language.EN) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder, language)
    return [str(problem) for problem in caught.value.problems]


def test_only_what_is_published_is_served(content: Path) -> None:
    library = load(content)
    assert list(library.articles) == ["silicon-valley-002"]
    assert list(library.quotes) == ["no-natural-stopping-point", "nobody-takes-vacation"]
    assert [q.id for q in library.articles["silicon-valley-002"].quotes] == list(library.quotes)
    assert list(library.topics) == ["burnout", "layoffs", "overwork", "talent-wars"]


def test_withdrawn_entries_are_remembered_by_their_ids(content: Path) -> None:
    assert load(content).withdrawn == {
        "geeks-have-their-moment",
        "taken-back",
        "taken-back-with-it",
    }


def test_withdrawing_an_article_withdraws_its_quotes(edit: Edit) -> None:
    library = load(edit(ARTICLE, "id: silicon-valley-002\nstatus: published", WITHDRAWN))
    assert not library.articles
    assert not library.quotes
    assert {"silicon-valley-002", "nobody-takes-vacation"} <= library.withdrawn


def test_the_quotes_of_a_draft_are_drafts(edit: Edit) -> None:
    library = load(edit(ARTICLE, "id: silicon-valley-002\nstatus: published", DRAFT))
    assert not library.quotes
    assert library.drafts >= {"silicon-valley-002", "nobody-takes-vacation", "twenty-years-in-two"}
    assert "geeks-have-their-moment" in library.withdrawn


def test_a_day_needs_no_quotation_marks(content: Path) -> None:
    assert load(content).articles["silicon-valley-002"].source.retrieved == "2025-11-22"


def test_files_saved_on_windows_are_fine(content: Path) -> None:
    before = load(content)
    for path in content.rglob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = load(content)
    assert (after.articles, after.topics) == (before.articles, before.topics)


def test_all_problems_of_all_files_are_told_at_once(edit: Edit) -> None:
    edit("topics.yaml", "slug: layoffs", "slug: Lay offs")
    edit(ARTICLE, "bound: at_least", "bound: atleast")
    folder = edit(ARTICLE, "kind: named", "kind: name")
    assert [line.split(":", 2)[1].partition(" ")[2] for line in complaints(folder)] == [
        "key_points[fact-1].figures[1].bound",
        "quotes[no-natural-stopping-point].speaker.kind",
        "quotes[nobody-takes-vacation].speaker.kind",
        "topics[Lay offs].slug",
    ]


def test_problems_are_told_in_the_language_asked_for(edit: Edit) -> None:
    folder = edit(ARTICLE, "bound: at_least", "bound: atleast")
    assert complaints(folder, Language.HANS) == [
        "content/articles/silicon-valley-002.yaml:39 key_points[fact-1].figures[1].bound: "
        "atleast 不在可选范围内；请写 at_least"
    ]


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    assert complaints(tmp_path / "nowhere") == [
        "nowhere:1 file: there is no such folder; "
        "give the path of the folder that holds topics.yaml and articles/"
    ]


def test_an_empty_folder_lacks_topics_and_articles(tmp_path: Path) -> None:
    lines = complaints(tmp_path)
    assert [line.partition(" ")[0] for line in lines] == [
        f"{tmp_path.name}/articles:1",
        f"{tmp_path.name}/topics.yaml:1",
    ]


def test_links_pipes_and_huge_files_are_told_not_opened(content: Path) -> None:
    (content / "articles/link.yaml").symlink_to("nothing.yaml")
    (content / "articles/huge.yaml").write_text("# " + "x" * 256_000, encoding="utf-8")
    os.mkfifo(content / "articles/pipe.yaml")
    assert [line.partition(": ")[2].partition(";")[0] for line in complaints(content)] == [
        "is larger than 256 kB",
        "is missing or points nowhere",
        "is not an ordinary file",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(content: Path) -> None:
    (content / ARTICLE).chmod(0)
    assert "cannot be read" in complaints(content)[0]


@pytest.mark.parametrize("depths", ["- ", "[", "? ", "{a: ", "a: [{"])
def test_bottomless_nesting_ends_in_a_sentence(content: Path, depths: str) -> None:
    (content / "articles/deep.yaml").write_text(depths * 50_000, encoding="utf-8")
    assert all(line.startswith("content/articles/deep.yaml:1 ") for line in complaints(content))


def test_editors_hidden_files_are_left_alone(content: Path) -> None:
    (content / "articles/.silicon-valley-002.yaml.swp").write_bytes(b"\xff\x00")
    assert load(content).articles


def test_a_digest_of_all_bytes_is_the_version(edit: Edit, content: Path) -> None:
    before = load(content).version
    assert load(content).version == before
    assert load(edit(ARTICLE, "“002” breaks", "“002” breaks the")).version != before


WITHDRAWN = "id: silicon-valley-002\nstatus: withdrawn"
DRAFT = "id: silicon-valley-002\nstatus: draft"
