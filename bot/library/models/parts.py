"""What articles, quotes and topics are made of: figures, key points, speakers, sources, names.

Examples are figures and people of the real content.
"""

from __future__ import annotations

from pydantic import ConfigDict

from bot.library.models.fields import (
    MAX_EVIDENCE,
    Bound,
    Day,
    Https,
    Id,
    Model,
    NonEmptyText,
    Number,
    PublicationStatus,
    Sayings,
    SpeakerKind,
    Text,
    TextLanguage,
    Unit,
    When,
    about,
)


class Allowed(Model):
    """A check that this text fails although it is right."""

    check: NonEmptyText = about(
        "The check's name, as `content check --json` gives it.",
        "检查的名称，见 `content check --json`。",
        "figure-not-said",
        title="Check",
    )
    why: NonEmptyText = about(
        "Why the text is right all the same.",
        "为什么这样写没有错。",
        "the sentence tells the number as a score of years",
        title="Why",
    )


class Figure(Model):
    """A number of a key point, as data: 万 and 亿, million and billion are made from it."""

    value: Number = about(
        "The number in digits, without commas: 400000, not 400,000 or 40万.",
        "用阿拉伯数字写全，不加逗号：400000，不写 400,000 或 40万。",
        400000,
        title="Value",
    )
    unit: Unit = about("What is counted.", "单位。", "jobs", title="Unit")
    bound: Bound | None = about(
        "How exact it is; leave out when the source gives the plain number.",
        "是否为约数或上下限；原文给的是确数时省略。",
        "over",
        default=None,
        title="Bound",
    )
    to: Number | None = about(
        "The upper end of a range that begins at `value`.",
        "数值是区间时的上限，下限写在 value。",
        440000,
        default=None,
        title="To",
    )
    as_of: When = about(
        "When it was true: a year, month or day, in quotation marks.",
        "数字对应的时间：年、年月或年月日，放在引号里。",
        "2024",
        "2025-10",
        title="As of",
    )
    what: Text = about(
        "What the number is of.",
        "这个数字指什么。",
        {"zh-Hans": "2022 年初以来被裁的科技岗位", "en": "tech jobs cut since early 2022"},
        title="What",
    )
    who_says: Text = about(
        "Who says so: a person, a report, or the article itself.",
        "谁说的：某人、某份报告，或文章本身。",
        {"zh-Hans": "裁员追踪网站 Layoffs.fyi", "en": "the layoff tracker Layoffs.fyi"},
        title="Who says so",
    )


class FactEntry(Model):
    """One fact of the article in our own words, which stands on its own."""

    model_config = ConfigDict(title="Fact")

    id: Id = about(
        "Lower-case words joined by hyphens, at most 48 long, never used again.",
        "小写英文单词用连字符连接，最长 48 个字符，用过的不再用。",
        "meta-cuts-600",
        title="Id",
    )
    status: PublicationStatus = about(
        "Left out for published; withdrawn is taken out at once.",
        "省略即 published；withdrawn 立即撤下。",
        "withdrawn",
        default=PublicationStatus.PUBLISHED,
        title="Status",
    )
    topics: tuple[Id, ...] = about(
        "One to four slugs of topics.yaml, sorted.",
        "一到四个话题，用 topics.yaml 里的 slug，按字母排序。",
        ["layoffs"],
        min_length=1,
        max_length=4,
        title="Topics",
    )
    key: bool = about(
        "true for the one fact whose figure says most about the article.",
        "全文最要紧的一个数字所在的要点写 true，每篇一个。",
        True,
        default=False,
        strict=True,
        title="Key",
    )
    text: Text = about(
        "One fact, in our own words, with its number and date.",
        "用我们自己的话写一个事实，带上数字和日期。",
        {
            "zh-Hans": "2025 年 10 月，Meta 从 AI 部门裁掉约 600 个岗位。",
            "en": "In October 2025 Meta cut about 600 jobs from its AI unit.",
        },
        title="Text",
    )
    sayings: Sayings | None = about(
        "How people would ask for it: two to four lines a language, never shown.",
        "人们会怎么问起它：每种语言两到四句，只用来查找，不展示。",
        {"en": ["the cuts in the AI unit"], "zh-Hans": ["AI 部门裁人"]},
        default=None,
        title="Sayings",
    )
    allow: tuple[Allowed, ...] = about(
        "Checks to be silent about this entry, each with its reason.",
        "本条不必再提示的检查，写明原因。",
        [{"check": "figure-not-said", "why": "told as a score of years"}],
        default=(),
        title="Allow",
    )
    evidence: NonEmptyText = about(
        "A few words of the source, letter for letter, that show where it says so.",
        "原文里的几个字，一字不差，用来找到出处。",
        "该公司周三从其AI部门裁减了约600个工作岗位",
        max_length=MAX_EVIDENCE,
        title="Evidence",
    )
    figures: tuple[Figure, ...] = about(
        "The numbers of this point as data.",
        "这一点里的数字，写成数据。",
        [{"value": 600, "unit": "jobs", "bound": "about", "as_of": "2025-10"}],
        default=(),
        title="Figures",
    )


class Speaker(Model):
    """Who said it, as far as the source says."""

    name: Text = about(
        "The name in both scripts; for anonymous people what the source calls them.",
        "中英文名字；匿名者写原文的称呼。",
        {"zh-Hans": "马达维·塞瓦克", "en": "Madhavi Sewak"},
        title="Name",
    )
    role: Text | None = about(
        "What they are, as the source says; nothing that narrows who a pseudonym is.",
        "身份，按原文写；化名人物不要添加可能暴露身份的细节。",
        {"zh-Hans": "杰出研究员", "en": "distinguished researcher"},
        default=None,
        title="Role",
    )
    organisation: Text | None = about(
        "Where they work, as the source says.",
        "所在机构，按原文写。",
        {"zh-Hans": "谷歌 DeepMind", "en": "Google DeepMind"},
        default=None,
        title="Organisation",
    )
    kind: SpeakerKind = about(
        "named, pseudonym (shown with 化名), anonymous, or group.",
        "named 真名、pseudonym 化名（展示时注明）、anonymous 匿名、group 群体。",
        "pseudonym",
        title="Kind",
    )


class Said(Model):
    """The speaker's own words, for a quotation that we read in translation."""

    language: TextLanguage = about(
        "The language they spoke.", "说话时用的语言。", "en", title="Language"
    )
    text: NonEmptyText = about(
        "Letter for letter as on the page; never from memory; at most 40 English words.",
        "与该网页一字不差，绝不凭记忆写；最多 40 个英文单词。",
        "It’s the most interesting scientific question in the world right now.",
        title="Text",
    )
    url: Https = about(
        "The public page where these words were seen.",
        "看到这句话的公开网页。",
        "https://www.example.com/articles/1",
        title="Address",
    )


class Source(Model):
    """Where the article was published and by whom."""

    outlet: NonEmptyText | None = about(
        "Where we read it: the reposter; null when that is nobody worth naming.",
        "我们读到它的地方，即转载者；不值得列出时写 null。",
        "36氪",
        title="Outlet",
    )
    original_outlet: NonEmptyText | None = about(
        "Who published it first.", "首发媒体。", "新智元", title="Original outlet"
    )
    name: Text | None = about(
        "The outlet's usual short name in each language, for the line below a card.",
        "媒体的常用简称，中英文各一，用在卡片下方的一行。",
        {"zh-Hans": "《华尔街日报》", "en": "WSJ"},
        default=None,
        title="Short name",
    )
    dated: Text | None = about(
        "The date in a few words, for the same line.",
        "几个字的日期，用在同一行。",
        {"zh-Hans": "2025 年 10 月下旬", "en": "late Oct 2025"},
        default=None,
        title="Short date",
    )
    url: Https | None = about(
        "The original's address, https only; never a scraper's or a mirror's.",
        "原文网址，只用 https；不用采集站或镜像站的。",
        "https://www.example.com/articles/1",
        title="Address",
    )
    authors: tuple[NonEmptyText, ...] = about(
        "The authors, as signed.", "作者，按署名。", ["毕安娣"], title="Authors"
    )
    published: Day | None = about(
        "The day of publication; null when the source does not say, with a note then.",
        "发表日期；原文没有时写 null，并在 published_note 说明。",
        "2024-05-10",
        default=None,
        title="Published",
    )
    published_note: Text | None = about(
        "What is known of the date when there is none, or what the date is of.",
        "没有日期时说明大致时间，或说明日期指什么。",
        {"zh-Hans": "约 2025 年 7 月", "en": "about July 2025"},
        default=None,
        title="Note on the date",
    )
    retrieved: Day | None = about(
        "The day we read it.", "我们读到的日期。", "2025-11-03", title="Retrieved"
    )


class Names(Model):
    """A topic's name; the traditional form is written out, because regions use other words."""

    hans: NonEmptyText = about(
        "Simplified Chinese.", "简体中文。", "裁员", alias="zh-Hans", title="Simplified Chinese"
    )
    hant: NonEmptyText = about(
        "Traditional Chinese.", "繁体中文。", "裁員", alias="zh-Hant", title="Traditional Chinese"
    )
    en: NonEmptyText = about("English.", "英文。", "Layoffs", title="English")


class Explanation(Model):
    """A word that people ask about, and what it means."""

    words: tuple[NonEmptyText, ...] = about(
        "The word in every spelling, numbers in quotation marks.",
        "这个词的各种写法，数字要加引号。",
        ["996", "九九六"],
        min_length=1,
        title="Words",
    )
    text: Text = about(
        "One sentence; where it is a claim, it says whose.",
        "一句话；如果是说法，要写明是谁说的。",
        {"zh-Hans": "996：早九点到晚九点，一周六天。", "en": "996: nine to nine, six days a week."},
        title="Text",
    )
