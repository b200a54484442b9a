"""What any reader knows without a corpus: which words are common, and which words ask.

The lists are short on purpose: the most frequent words of each language in rough order of rank,
and the vocabulary (not the patterns) of a question about a quote.
"""

ENGLISH = """
the of and to a in is that it you for was he on are as with his they i at be this have from or one
had by not but what all were we when your can said there use an each which she do how their if will
up other about out many then them these so some her would make like him into time has look two more
write go see number no way could people my than first been call who its now find long down day did
get come made may part over new sound take only little work know place year live me back give most
very after thing our just name good man think say great where help through much before line right
too mean old any same tell boy follow came want show also around form three small set put end does
another well large must big even such because turn here why ask went men read need land different
home us move try kind hand picture again change off play spell air away animal house point page
letter mother answer found study still learn should world dont im its cant never always every life
being really something nothing someone everyone without against between during own few lot yes hello
please today tomorrow next last best better keep let put start stop run open close high low keep
""".split()

HAN = """
的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发
后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开
但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并
物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先
海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才
结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书
非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领
""".replace("\n", "")

# Share of documents that hold the word of rank r, before anything is counted: Zipf's law for a quote
# of some 17 English words or 24 characters, so "the" and 的 are in six of ten quotes.
_ENGLISH_SHARE, _ENGLISH_SHIFT = 1.6, 1.5
_HAN_SHARE, _HAN_SHIFT = 5.0, 7.0
_RARE_WORD, _RARE_HAN = 0.0005, 0.002  # what is on neither list
RARE_SOUND = 0.01  # of a syllable beyond its characters on the list
MOST = 0.7  # no token is in more documents than that, so that each tells something

_RANK_ENGLISH = {word: rank for rank, word in reversed(list(enumerate(ENGLISH, 1)))}
_RANK_HAN = {character: rank for rank, character in reversed(list(enumerate(HAN, 1)))}


def share(token: str) -> float:
    """Share of quotes in general that hold the word or character."""
    if token in _RANK_ENGLISH:
        return _ENGLISH_SHARE / (_RANK_ENGLISH[token] + _ENGLISH_SHIFT)
    if token in _RANK_HAN:
        return _HAN_SHARE / (_RANK_HAN[token] + _HAN_SHIFT)
    return _RARE_HAN if len(token) == 1 and not token.isascii() else _RARE_WORD


# Words that show somebody is asking; one of them is enough to call a run of words a wrapper.
ASKING = frozenset(
    """
    who whose whom said says quote quotes quoted quotation quotations line lines saying sayings
    author wrote written writer phrase phrasing find finding looking search searching lookup
    what whats where remember recall remind goes wording verse passage sentence excerpt source
    origin attributed attribution speaker speech famous mentions mentioned mentioning talks spoke
    tell told please pls plz thanks anyone anybody somebody someone citation cite original
    exact full version complete context reads credited coined
    """.split()
)
# Words that may stand beside them in a question, and mean nothing then.
BESIDE = frozenset(
    """
    the one that this is am was were it a an of about on by for from with me my i im id ive you u can
    could would will do does did say know like something somewhere thing things stuff in which book
    movie song poem how went think need want show give get there theres are any once got heard hear
    read saw seen called hey hi hello thank bot and or when to trying try lets see look up have has
    words word who again so just ever be been must isnt wasnt him he she they we his her go going
    bit part rest first came come back out text person people guy man woman these those name as at
    not right sure maybe idea believe pull dig locate share whole our your
    """.split()
)
ASKING_HAN = (
    "谁说 说的 说过 是谁 谁的 那句 这句 那段 这段 句话 段话 一句 哪句 名言 语录 金句 台词 出自 出处 来自 "
    "哪里 哪儿 哪本 哪位 哪个 哪部 原文 原话 原句 全文 完整 是什么 是啥 怎么说 来着 求 找 帮 查 搜 请问 "
    "谁知道 有没有 有谁 记得 记不 关于 有关 讲的 讲过 写的 写过 提到 提过 作者 类似 引用 念叨 谁讲 谁写 谁能 "
    "那条 这条 语句 哪来 那个 下一句 上一句 后面 前面 听过 见过 看过 告诉 想要 来一 给我 忘了 谢谢 麻烦 这样的话 "
    "怎么念 怎么讲 叫什么 什么意思 某人 有人 有个人 名人"
).split()
BESIDE_HAN = (
    "的 是 吗 呢 吧 啊 呀 了 啦 嘛 么 我 你 想 要 给 一下 里 面 里面 好像 大概 大佬 说 讲 写 话 这 那 有 什么 怎么 "
    "哪 谁 人 就是 叫 个 出 到 在 下 过 知道 请 能 可以 吧 各位 大家 最近 听 看 句 某 曾 有个 忘 记 不 全 意思 "
    "大意 到底 还 之前 以前 书 歌 诗 电影 作品 对 一 条 帮忙 帮我 可能 应该 似乎 喂 也 原 完整的 句子 清 得 段 "
    "上 后 前 见 这么 这样 啥 哦 嗯 和 与 跟 就 都 来 去 再 又 位 告 诉 想知道"
).split()

# Both spellings of a contraction become the words, in the corpus too.
CONTRACTIONS = {
    **{
        f"{verb}nt": f"{verb} not"
        for verb in "do does did is are was were has have had would should could must need".split()
    },
    "cant": "can not", "cannot": "can not", "wont": "will not", "aint": "is not", "im": "i am",
    "ive": "i have", "youre": "you are", "youve": "you have", "youll": "you will",
    "theyre": "they are", "theyve": "they have", "theyll": "they will", "weve": "we have",
    "itll": "it will", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "its": "it", "thats": "that", "whats": "what", "theres": "there", "lets": "let", "hes": "he", "shes": "she",
}  # fmt: skip
