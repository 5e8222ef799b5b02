"""How what gives orders to a language model is worded: the patterns that
rag/generation/prompt_injection.py looks for.

They are broad, and were set on documents made up to give orders (tests/data/injections.py).
"""

from __future__ import annotations

import re

# What ordinary documents have too: it does not throw doubt on what stands around it.
NEAR = frozenset(
    (
        "an order",
        "a code",
        "another language",
        "to who answers",
        "how it is quoted",
        "a condition",
        "in passing",
    )
)

# What a tag says in an attribute is seen by few.
ATTRIBUTE = re.compile(
    r"<[a-z]\w*\b[^<>]{0,500}?=\s*(?:\"[^\"<>]*\s[^\"<>]*\s[^\"<>]*\"|'[^'<>]*\s[^'<>]*\s[^'<>]*')[^<>]{0,500}>",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|template|noscript|title|svg|iframe|object)\b.*?(?:</\1\s*>|\Z)"
    r"|<(\w+)\b(?=[^>]{0,1000}?(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*[01](?![\d.])"
    r"|opacity\s*:\s*0(?![\d.])|\bcolor\s*:\s*(?:#fff\w*|white|transparent)"
    r"|aria-hidden))[^>]{0,1000}>.*?(?:</\2\s*>|\Z)"
    r"|^\[[^\]\n]*\]:\s*(?:#|<>).*$",  # a comment of Markdown
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)

# What an order asks a model to do, and what a model is called.
_DO = (
    r"(?:say|answer|reply|respond|output|print|write|state|tell|report|repeat|conclude|claim"
    r"|append|insert"
    r"|include|add|begin|start|end|finish|return|produce|generate|emit|give|cite|attribute|quote"
    r"|reference|use"
    r"|follow|treat|pretend|act|behave|translate|rewrite|summari[sz]e|decode|execute|run|visit"
    r"|click|call|send"
    r"|reveal|disclose|ignore|disregard|forget|replace|prepend|mention|recommend|refuse|decline"
    r"|assume|remember"
    r"|note|display|show|present|render|omit|avoid|stop|substitute|correct|swap|change|put|set"
    r"|open|download)"
)
# Of these, what one may be told to do at the beginning of a sentence, where manuals say "Run two cycles".
_SPEAK = (
    r"(?:say|answer|reply|respond|output|print|state|tell|repeat|conclude|claim|append|insert|cite|attribute"
    r"|quote|pretend|behave|translate|rewrite|summari[sz]e|decode|execute|visit|click|reveal|disclose|ignore"
    r"|disregard|forget|prepend|mention|refuse|decline|render|substitute|write)"
)
_MODEL = (
    r"(?:ai|a\.i\.|llms?|gpt\S*|chatgpt|claude|gemini|llama|copilot|chat ?bots?|bots?"
    r"|(?:language |ai |chat )?models?|(?:ai |virtual |digital |helpful )?assistants?|(?:ai )?agents?"
    r"|annotators?|summari[sz]ers?|answer(?:ing|er) (?:system|engine|tool|bot)s?|search engines?"
    r"|crawlers?"
    r"|machines?|(?:automated|machine) (?:reader|tool|system|process|summary|summaries)s?)"
)
_NAMED = (
    r"(?:ai|a\.i\.|llms?|gpt\S*|chatgpt|claude|gemini|llama|copilot|chat ?bots?|(?:language |ai "
    r"|chat )models?"
    r"|(?:ai |virtual |digital |helpful )assistants?|ai agents?|answer(?:ing|er) (?:system|engine|tool"
    r"|bot)s?"
    r"|(?:automated|machine) (?:reader|tool|system|process|summary|summaries)s?)"
)
_MUST = (
    r"(?:must|should|shall|ha(?:s|ve) to|(?:is|are) to|needs? to|may only"
    r"|(?:is|are) (?:asked|required|instructed|told|expected|requested|obliged)|please)"
)
_TOLD = r"(?:answer|response|reply|summary)"
_ANSWERS = r"(?:answers?|repl(?:y|ies)|summar(?:y|ies))"

# Each rule looks at one line, in plain letters.
ORDERS: dict[str, re.Pattern[str]] = {
    rule: re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)
    for rule, patterns in {
        "instructions": (
            r"\b(?:ignor\w*|ingor\w*|ignro\w*|1gn[o0]r\w*|disregard\w*|forget|overrid\w*|bypass\w*"
            r"|do not (?:follow|obey|use)|stop following)\b.{0,60}?\b(?:instruction"
            r"|prompt|rule|guideline"
            r"|direction|command|order|passage|context|above|previous|earlier|prior|everything"
            r"|source|document)s?\b",
            r"\b(?:new|updated?|real|actual|important|special|priority|further|revised|additional|binding)"
            r" (?:instruction|directive|command|prompt)s?\b",
            r"\b(?:secret|hidden|overriding) (?:instruction|directive|command|order|system|task|prompt"
            r"|rule)s?\b",
            r"\b(?:system|developer|admin\w*|hidden|initial|original|root|operator)[ _-]"
            r"(?:prompt|message|note|override|instruction|mode|command)s?\b",
            r"\byour (?:prompt|instructions?|guidelines|training|rules|context|output)\b",
            r"\bjail ?break|\bprompt injection\b|\bdan mode\b|\bdo anything now\b|\bapi[ _-]?key",
        ),
        "to a model": (
            rf"\b(?:you are|you['’]re|act as|pretend to be) (?:now |no longer )?(?:an?"
            rf"|the) .{{0,30}}?\b{_MODEL}\b",
            rf"\b{_NAMED}\b.{{0,80}}?\b{_MUST} (?:\w+ ){{0,2}}{_SPEAK}\b",
            rf"\b{_MODEL} (?:reading|processing|summari\w+|answering"
            rf"|quoting"
            rf"|that (?:reads?|process\w*|summari\w+|answers?|quotes?))\b.{{0,80}}?\b{_MUST}\b",
            rf"\b(?:software|system|program|tool|service)s? that (?:reads?|draws?|reports?|summari\w+"
            rf"|answers?|quotes?)"
            rf"\b.{{0,60}}?\b{_MUST}\b",
            rf"\b(?:note|attention|message|memo|reminder|notice|warning|request|hey|dear|hello|hi"
            rf"|to)\b:?"
            rf" (?:to |for )?(?:any |all |the |every )*{_MODEL}\b",
            rf"^\W*{_MODEL}\b.{{0,40}}?[:>\]–—]|\b{_MODEL} to {_DO}\b|\b{_MODEL}(?:['’]s)? {_ANSWERS}\b",
            r"\b(?:imagine|suppose|picture|pretend)\b.{0,15}?\byou\b|\b(?:whole|this|entire|rest of the)"
            r" (?:conversation|chat|dialogue|session)\b|\bcommit (?:this|that|it|these) to memory\b",
            r"\bas an ai\b|\bfrom now on,? you (?:are|will|must|should|shall|act)\b",
            r"\b(?:rules|instructions|orders|directions) (?:that )?you\b",
            rf"\b(?:any(?:one|body|thing)|who(?:so)?ever|everyone|every|all"
            rf"|those)\b.{{0,20}}?\b(?:reads?|readers?|reading"
            rf"|summari[sz]\w+|answer\w*|quot\w+|relay\w*)\b.{{0,60}}?\b{_MUST}\b",
        ),
        "to who answers": (
            r"\b(?:tell|ask|show|give|remind|inform|advise|warn|invite|direct"
            r"|refer)\b.{0,20}?\b(?:a|the|any|your|every)"
            r" (?:reader|user|visitor|customer|asker|questioner|enquirer)s?\b",
            r"\b(?:the|a|this|any|every) (?:user|asker|questioner|enquirer)\b|\bto (?:the )?users?\b",
            rf"\b{_ANSWERS}\b(?: \w+){{0,6}}? (?:needs?|must|should|may|can|will|is|are|to be|has|have"
            r"|begins?|ends?|opens?|closes?|shows?|says?|states?|gives?|names?|includes?|contains?|carry"
            r"|carries|uses?|follows?)\b",
        ),
        "a condition": (
            r"\b(?:when|if|whenever|where|once) (?:(?:you are|you get|you['’]re|ever) )?(?:asked"
            r"|questioned|prompted"
            r"|queried|any(?:one|body) asks|some(?:one|body) asks|answering|summari[sz]ing|citing"
            r"|replying|responding)",
            r"\b(?:if|when|whenever) (?:the|a|any|this|your) (?:user|reader|question|query|prompt)",
        ),
        "an order": (
            r"(?:^|[.!?:;\"”)\]>*]\s+)\W*(?:(?:please|now|then|instead|also|always|only|just"
            r"|simply|first|finally"
            r"|next|therefore|so|and|but|you|do|be sure to|make sure to|make sure you|remember to"
            r"|never|not|don['’]t"
            rf"|let['’]s|kindly|immediately|at the end|in your answer)[, ]+)*{_SPEAK}\b"
            r"(?! (?:in|by|of|to (?:the|us|our|your)) )",
            rf"\byou (?:{_MUST}|will now|can now) (?:\w+ )?{_DO}\b",
            rf"\b(?:must|should|shall|ha(?:s|ve) to|(?:is|are) to) (?:always |only |never |not "
            rf"|be )*(?:{_DO}|cited|quoted"
            rf"|answered|used|given|stated|attributed|reported|told|mentioned|appended"
            rf"|added)\b.{{0,40}}?\b(?:{_TOLD}"
            r"|figure|instead|passage|document|source|question|number|note|\[\d)",
        ),
        "how it is quoted": (
            r"\b(?:must|should|shall|need|(?:is|are)(?: always| never| only)? to) be (?:quoted|cited"
            r"|reproduced|repeated|relayed|copied|passed on|read out|skipped|carried|multiplied|rounded"
            r"|converted"
            r"|(?:read|understood|taken|rendered|shown|written|spelled|treated|replaced|added)\b.{0,30}?"
            r"\b(?:as|to|by|with))\b",
            r"\bbefore (?:it|they|this|that|these) (?:is|are) (?:quoted|given|used|repeated|cited"
            r"|answered|shown|passed)",
            r"\b(?:quot|cit|repeat|reproduc|relay|copy|go)\w* (?:\w+ ){0,3}?(?:verbatim"
            r"|word for word|as it stands"
            r"|with (?:mine|this|that)|one without the other|as (?:fact|gospel|given))\b",
            r"\bno (?:footnote|citation|source|reference|check)s? (?:is|are|need)|\b(?:needs?"
            r"|requires?|without) (?:no|any|a)"
            r" (?:footnote|citation|reference)s?\b",
        ),
        "the answer": (
            r"\b(?:approved|authori[sz]ed|model|gold|reference) answer\b|\|\s*(?:correct|expected"
            r"|right) answers?\s*\||\b(?:answer|reply) (?:key|must|should|is:|to (?:any"
            r"|every) question)",
            r"\bthis (?:figure|number|value|answer) (?:replaces|supersedes)\b",
            r"\b(?:other|previous|preceding|above) (?:passage|source|document|text|figure"
            r"|paragraph|page"
            r"|article)s? (?:is|are|were|was)\b.{0,40}?\b(?:wrong|incorrect|outdated|out of date"
            r"|false|fake|unreliable"
            r"|superseded|obsolete|mistaken)",
            r"^\W*(?:system|assistant|user|human|ai|instructions?|prompt|developer|tool|function"
            r"|(?:correct|expected) answer|response|query)\s*(?:\(\w+\))?\s*[:>\]=]",
        ),
        "in passing": (
            r"\b(?:supersed\w*|replac\w*|cancel\w*|discard\w*|instead of)\b.{0,60}?\b(?:instruction|prompt"
            r"|rule"
            r"|guideline|direction|command|order|passage|context|above|previous|earlier|prior|everything"
            r"|source"
            r"|document)s?\b",
            r"\b(?:new|updated?|real|actual|important|following|special|final|priority|further|revised"
            r"|additional"
            r"|binding) (?:instruction|directive|command|order|system|task|prompt|rule)s?\b",
            rf"\byour (?:task|role|{_TOLD})\b",
            rf"\b{_MODEL}\b.{{0,80}}?\b{_MUST}\b",
            rf"\bi (?:will|shall|must|am going to|can|am to) (?:\w+ )?{_DO}\b",
            rf"\b{_MUST} (?:\w+ )?{_DO} (?:this|that|it|them|these|so)\b",
            rf"\b(?:correct|right|true|real|actual|only|official|expected|reference) {_TOLD}\b"
            rf"|\b{_TOLD} to (?:this|the"
            rf"|that|any|every) question",
            r"\bearlier (?:passage|source|document|text|figure|paragraph|page|article)s? (?:is|are|were"
            r"|was)\b",
            r"^\W*(?:q|question|a|answer)\s*(?:\(\w+\))?\s*[:>\]=]",
            r"\b(?:begin|end|start)(?:ning)? (?:of )?(?:the )?(?:input|data|document|text)s?\b",
        ),
        "a conversation": (
            r"<\|[^|>]{0,40}\|>|</?\|?(?:im_start|im_end|system|user|assistant|eot_id"
            r"|start_of_turn|end_of_turn|s)\b"
            r"|\[/?(?:INST|SYS)\]|<</?SYS>>",
            r"#{2,}\s*(?:instruction|system|response|human|user|assistant|input|output|end|new)",
            r"\b(?:begin|end|start)(?:ning)?[ _-]+(?:of[ _-]+)?(?:the[ _-]+)?(?:system|prompt|instruction"
            r"|context"
            r"|passages?|untrusted|quote|fence)s?\b",
        ),
        "a code": (
            r"[\"']?\b(?:role|content|instruction|tool|function|name|answer|system"
            r"|override)[\"']?\s*:\s*[\"'{\[]",
            r"\b(?:base ?64|rot ?13|hexadecimal|decode|decrypt|caesar cipher|morse code)\b",
            r"[a-z][а-яё]|[а-яё][a-z]|(?<!\w)(?:[a-z][ .·_-]){5,}[a-z](?!\w)",
            r"https?://\S*[?&]\w+=|!\[[^\]]*\]\(",
        ),
        "another language": (
            r"\b(?:ignorier\w*|missachte\w*|vergiss|ignorez|oublie[zr]?|ignora(?:d|r|te)?|olvid\w+"
            r"|dimentica"
            r"|antworte\w*|réponde?z?|responda|rispondi|anweisung\w*|instrucciones|istruzioni"
            r"|asistente|assistente"
            r"|übersetze?|traduis\w*|tradu[cz]\w*|sprachmodell\w*|cyfarwyddyd)\b|忽略|无视|無視|指令|回答|系统提示"
            r"|игнорируй\w*|инструкци\w*"
            r"|ответь\w*|تجاهل"
            r"|التعليمات",
        ),
    }.items()
}

# A sentence of six words or more, which in an English text is suspect without English function words.
FOREIGN = re.compile(r"(?:\b[^\W\d_]+\b[^\w.!?]*){6,60}[.!?:]|(?-i:(?:\b[a-zà-ÿ]+\b[ ,;'’-]*){6,})")
