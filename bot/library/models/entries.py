"""Article, quote and topic as the editors write them in YAML.

Titles, descriptions and examples become the JSON Schemas in `content/schema/`, which editors see
while typing. Unknown keys are refused. Rules that look at more than one field live in `rules`.
"""

from __future__ import annotations

from pydantic import ConfigDict, Field

from bot.library.models.fields import (
    Day,
    Id,
    Model,
    NonEmptyText,
    PublicationStatus,
    Repair,
    Sayings,
    SpeakerKind,
    Text,
    TextLanguage,
    TitleStatus,
    Translation,
    about,
)
from bot.library.models.parts import (
    Allowed,
    Explanation,
    FactEntry,
    Figure,
    Names,
    Said,
    Source,
    Speaker,
)

__all__ = [
    "Article",
    "FactEntry",
    "Figure",
    "PublicationStatus",
    "QuoteEntry",
    "Repair",
    "Said",
    "Source",
    "Speaker",
    "SpeakerKind",
    "Text",
    "TextLanguage",
    "TitleStatus",
    "Topic",
    "Topics",
]


class QuoteEntry(Model):
    """One quotation that stands on its own."""

    model_config = ConfigDict(title="Quote")  # `Quote` in Python is the block that draws it

    id: Id = about(
        "Lower-case words joined by hyphens, at most 48 long, never used again.",
        "小写英文单词用连字符连接，最长 48 个字符，用过的不再用。",
        "nobody-takes-vacation",
        title="Id",
    )
    status: PublicationStatus = about(
        "draft is not shown; withdrawn is taken out at once and stays as a stub.",
        "draft 不展示；withdrawn 立即撤下，条目留作占位。",
        "published",
        title="Status",
    )
    text: NonEmptyText = about(
        "Letter for letter as in the source; at most 60 Chinese characters or 40 English words.",
        "与原文一字不差；最多 60 个汉字或 40 个英文单词。",
        "他们眼里只有工作。",
        title="Text",
    )
    language: TextLanguage = about(
        "The language of the text.", "原文的语言。", "zh-Hans", title="Language"
    )
    translated: bool = about(
        "true when the text is itself a translation: the person spoke another language.",
        "原文本身就是译文（说话人用的是另一种语言）时写 true。",
        True,
        title="Translated",
        strict=True,
    )
    speaker: Speaker = about(
        "Who said it.",
        "谁说的。",
        {"name": {"zh-Hans": "秦天", "en": "Qin Tian"}, "kind": "pseudonym"},
        title="Speaker",
    )
    attribution: NonEmptyText = about(
        "The words of the source that say who said it.",
        "原文里说明是谁说的那几个字。",
        "塞瓦克说",
        title="Attribution",
    )
    context: Text | None = about(
        "One line above the card: who “they” are, when and where it was true.",
        "卡片上方的一行说明：“他们”是谁，何时何地。",
        {"zh-Hans": "谈 AI 研究人员的生活", "en": "On the lives of AI researchers"},
        default=None,
        title="Context",
    )
    topics: tuple[Id, ...] = about(
        "One to four slugs of topics.yaml, sorted.",
        "一到四个话题，用 topics.yaml 里的 slug，按字母排序。",
        ["burnout", "overwork"],
        min_length=1,
        max_length=4,
        title="Topics",
    )
    opener: bool = about(
        "true for a quotation that a new chat should meet in its first days.",
        "适合新会话头几天看到的语录写 true。",
        True,
        default=False,
        strict=True,
        title="Opener",
    )
    sayings: Sayings | None = about(
        "How people put it who forgot the wording: two to four lines a language, never shown.",
        "忘了原话的人会怎么说：每种语言两到四句，只用来查找，不展示。",
        {"en": ["the weekend is for work as well"], "zh-Hans": ["周末也在上班"]},
        default=None,
        title="Sayings",
    )
    allow: tuple[Allowed, ...] = about(
        "Checks to be silent about this entry, each with its reason.",
        "本条不必再提示的检查，写明原因。",
        [{"check": "nearly-twice", "why": "she said it twice, a year apart"}],
        default=(),
        title="Allow",
    )
    repair: Repair = about(
        "none, exact (damage in the source undone with certainty), or guessed.",
        "none 原文无损，exact 损坏处可确定还原，guessed 还原有猜测成分。",
        "none",
        title="Repair",
    )
    translation: Translation = about(
        "Our own translation.",
        "我们自己的译文。",
        {"en": "All they see is work."},
        title="Translation",
    )
    said: Said | None = about(
        "The speaker's own words, where a public page shows them; they replace our translation.",
        "说话人的原话，只在公开网页上看到时填写；展示时取代我们的译文。",
        {"language": "en", "text": "It’s the most interesting scientific question …"},
        default=None,
        title="Said",
    )


class Article(Model):
    """One article: source, date, summary, key points, figures, and its quotes."""

    id: Id = about(
        "Lower-case words joined by hyphens, at most 48 long; the file's name without .yaml.",
        "小写英文单词用连字符连接，最长 48 个字符；与文件名（去掉 .yaml）相同。",
        "meta-talent-war",
        title="Id",
    )
    status: PublicationStatus = about(
        "draft is not shown; withdrawn is taken out at once and stays as a stub.",
        "draft 不展示；withdrawn 立即撤下，条目留作占位。",
        "published",
        title="Status",
    )
    added: Day | None = about(
        "The day it came into the library: feeds list it there, and followers get it first.",
        "收入本库的日期：订阅源按它排列，关注者会最先收到。",
        "2026-11-27",
        default=None,
        title="Added",
    )
    language: TextLanguage = about(
        "The language we read it in.", "我们读到的语言。", "zh-Hans", title="Language"
    )
    title: Text = about(
        "The headline in both languages.",
        "中英文标题。",
        {"zh-Hans": "002破土而出，硅谷疯了", "en": "“002” springs up"},
        title="Title",
    )
    title_status: TitleStatus = about(
        "Whose headline it is: original, the reposter's, or ours.",
        "标题是谁起的：original 原标题、reposter 转载者、ours 我们。",
        "ours",
        title="Title status",
    )
    source: Source = about(
        "Where it was published.", "发表在哪里。", {"original_outlet": "TechCrunch"}, title="Source"
    )
    pseudonyms: tuple[NonEmptyText, ...] = about(
        "Names that the source says are false, sorted.",
        "原文注明为化名的名字，按顺序排列。",
        ["张宇", "秦天"],
        title="Pseudonyms",
    )
    topics: tuple[Id, ...] = about(
        "Slugs of topics.yaml, sorted.",
        "话题，用 topics.yaml 里的 slug，按字母排序。",
        ["layoffs", "pay"],
        min_length=1,
        title="Topics",
    )
    summary: Text = about(
        "Our own words: 60 to 120 Chinese characters, 40 to 70 English words.",
        "用我们自己的话：中文 60 到 120 字，英文 40 到 70 词。",
        {"zh-Hans": "《华尔街日报》2025 年 10 月报道：……", "en": "The Wall Street Journal, …"},
        title="Summary",
    )
    key_points: tuple[FactEntry, ...] = about(
        "Five to eight facts; none, where only a quotation or two are worth keeping.",
        "五到八个要点；只收一两条语录时可以没有。",
        [{"evidence": "90%的《财富》500强企业就已经在使用AI产品"}],
        max_length=8,
        title="Key points",
    )
    facts: tuple[FactEntry, ...] = about(
        "Further facts that are served on their own and do not stand on the article's card.",
        "另外的要点：单独展示，不放进文章卡片。",
        [{"evidence": "90%的《财富》500强企业就已经在使用AI产品"}],
        default=(),
        title="Facts",
    )
    quotes: tuple[QuoteEntry, ...] = about(
        "At most twelve quotations worth serving; none is a fine answer.",
        "最多十二条值得展示的语录；一条没有也可以。",
        [],
        title="Quotes",
    )


class Topic(Model):
    """What articles and quotes are about, and every word by which people ask for it."""

    slug: Id = about(
        "Lower-case words joined by hyphens.", "小写英文单词用连字符连接。", "layoffs", title="Slug"
    )
    name: Names = about(
        "The topic's name in three scripts.",
        "话题名称。",
        {"zh-Hans": "裁员", "zh-Hant": "裁員", "en": "Layoffs"},
        title="Name",
    )
    aliases: tuple[NonEmptyText, ...] = about(
        "What people type for it, in any language, sorted; numbers in quotation marks.",
        "人们会怎么叫它，不限语言，按顺序排列；数字要加引号。",
        ["996", "job cuts", "裁人"],
        title="Aliases",
    )
    explains: tuple[Explanation, ...] = about(
        "What words of its own mean, in one sentence each, for who asks: what is 996?",
        "本话题里的词是什么意思，每个一句话；有人问“996 是什么”时用。",
        [{"words": ["996"], "text": {"zh-Hans": "……", "en": "…"}}],
        default=(),
        title="Explains",
    )
    description: Text = about(
        "One sentence.",
        "一句话说明。",
        {"zh-Hans": "裁员、岗位削减与去留。", "en": "Layoffs, job cuts, and who stays."},
        title="Description",
    )


class Topics(Model):
    """The file topics.yaml."""

    topics: tuple[Topic, ...] = Field(
        description="Every topic, sorted by slug.\n所有话题，按 slug 排序。",
        examples=[[{"slug": "layoffs"}]],
        min_length=1,
        title="Topics",
    )
