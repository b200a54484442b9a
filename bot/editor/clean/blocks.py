"""Lines that are none of the article: advertising, the page around it, captions, stubs."""

from __future__ import annotations

import re

from bot.library.spam import spam_in

_TAGS = re.compile(r"^\s*(?:\d+\.\s*)?(?:</?[a-z]+\d?(?:\s[^<>]*)?>\s*)+$", re.IGNORECASE)
_LOTTERY = re.compile(r"^\s*【[^】]{2,60}】?\s*$")
_STUB = re.compile(
    r"^\s*(?:\d{1,2}|gettyimages-\d+|\?|image\d*|图\d{0,2}|圖\d{0,2})\s*$", re.IGNORECASE
)
_PAGE = re.compile(
    r"^\s*(?:"
    r"(?:责任|負責|负责|責任)?(?:编辑|編輯)\s*(?:[|｜:：].*)?"
    r"|(?:文章)?(?:标签|標籤|標簽)\s*[:：].*"
    r"|(?:图片|圖片|图源|圖源|题图|題圖)(?:来源|來源)?\s*[:：].*"
    r"|(?:特约)?(?:作者|记者|記者|撰文|文)\s*[|｜].*|(?:特約作者|特约作者).*"
    r"|作者\s*[|｜]\s*\S+\s+(?:来源|來源)\s*[|｜].*"
    r"|关注\(\d+\).*|關注\(\d+\).*|赞\(\d+\).*"
    r"|(?:邀请演讲|邀請演講|可行性研究报告|可行性研究報告|咨询·服务|咨詢·服務|諮詢·服務|相关阅读|相關閱讀"
    r"|精彩推荐|精彩推薦|本文作者信息|本文作者資訊|猜你喜欢|猜你喜歡|更多精彩|点击阅读原文|阅读原文|分享到.*)"
    r"|(?:广告|廣告)[、,，].*(?:寻求合作|尋求合作)"
    r"|.*(?:本文仅代表作者观点|本文僅代表作者觀點|版权归原创者所有|版權歸原創者所有|未经授权.{0,6}转载|未經授權.{0,6}轉載).*"
    r"|(?:编者按|編者按)\s*[:：]\s*本文(?:转载|轉載).*"
    r"|\S{2,12}[(（](?:自媒体|自媒體)[)）]"
    r"|(?:免责声明|免責聲明)\s*[:：].*"
    r"|本文(?:来自|來自|转载自|轉載自).*(?:公众号|公眾號|官方账号|官方賬號|授权|授權).*"
    r"|.{0,80}(?:图片来源|圖片來源|摄影|攝影)\s*[:：]\s*[A-Z][A-Z0-9 /.]+$"
    r")\s*$"
)
_ENDS = re.compile("[。！？!?]")
"""What a sentence has and a line of advertising has not: news may be about lotteries."""

_ADVERTISING = ("adult", "lottery")
_SENTENCE = 40
"""Characters from which a line without an end is the article's own all the same."""


def is_spam(line: str, *, lottery: bool) -> bool:
    """Scrambled tags, advertising, and the lines of a lottery block: those are cut as a block,
    where the document has many, since word by word some always stay."""
    if "<" in line and _TAGS.match(line):
        return True
    if lottery and _LOTTERY.match(line.replace("?/div>", "】")):
        return True
    bare = line.strip()
    if not bare or _ENDS.search(bare):
        return False
    found = spam_in(bare)
    return found is not None and (found.kind in _ADVERTISING or len(bare) < _SENTENCE)


def why_foreign(line: str, *, lottery: bool) -> str:
    """Why a line is cut: `spam`, `page`, `stub`; empty where it belongs to the article."""
    if is_spam(line, lottery=lottery):
        return "spam"
    if _STUB.match(line):
        return "stub"
    return "page" if _PAGE.match(line) else ""
