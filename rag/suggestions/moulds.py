"""The moulds that a sentence must fit to be turned into a question: patterns of English, and their verbs.

A pattern matches from the first word, so that nothing before it changes what it says.
"""

from __future__ import annotations

import re

from rag.language.dates import MONTHS

MOST_WORDS = 6  # of a subject, and of what stands behind its verb

LETTER, _LARGE, SMALL = r"[^\W\d_]", r"[A-ZÀ-ÖØ-Þ]", r"[a-zß-öø-ÿ]"
_WORD = rf"{LETTER}+(?:[-’']{LETTER}+)*"
_CAPITAL = rf"{_LARGE}{LETTER}*(?:[-’']{LETTER}+)*"
_NAME = rf"{_CAPITAL}(?: (?:(?:of|for|and|the|de|van|von) ){{0,2}}{_CAPITAL}){{0,5}}"
_LOWER = rf"{SMALL}+(?:[-’']{SMALL}+)*"
MONTH = "|".join(MONTHS)
DATE = (
    rf"(?:\d{{1,2}} )?(?:{MONTH})(?: \d{{1,2}}\b)?(?:,? (?:1\d|20)\d\d\b)?|(?:1\d|20)\d\d\b(?!s|[-–/]\d|,\d)"
)
_ASIDE = r"(?: \([^()]{1,60}\))?(?:, [^,;:()]{1,120},)?"
_SUBJECT = rf"(?P<subject>{_WORD}(?: {_WORD}){{0,{MOST_WORDS - 1}}}?){_ASIDE}"
_TAIL = rf"(?P<tail>(?: {_WORD}){{0,{MOST_WORDS - 1}}}?)"
_ENDS = r"(?=[.,;:]|$)"
_ABOUT = (
    r"(?:(?:about|around|over|nearly|almost|just|only|some|roughly|approximately|at least|up to|more than"
    r"|fewer than|no more than) )?"
)
_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+|(?!(?:1\d|20)\d\d\b)\d{1,6}(?:\.\d+)?(?: ?(?:m|mn|bn|million|billion))?"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_COUNTED = rf"(?P<counted>(?:{_LOWER} ){{0,2}}(?:{SMALL}+[^s\W]s|people|children))"

_IN_DATE = rf"(?:(?:In|On) (?P<early>{DATE}),? )?"
PASSIVE = re.compile(
    rf"{_IN_DATE}{_SUBJECT} (?P<be>was|were)"
    rf" (?P<done>(?:{SMALL}+ly )?(?:{SMALL}{{2,}}ed|built|held|made|born"
    rf"|written|won|sold|begun|set up))\b(?P<rest>.*)"
)
LATE = re.compile(rf"{_TAIL} (?:in|on) (?P<late>{DATE})")
AFTER_EARLY = re.compile(rf"(?=,| (?:with|after|when|because|under|following)\b)|{_TAIL}(?=[.;:]|$)")
PAST = {
    "died": "die", "began": "begin", "opened": "open", "closed": "close", "ended": "end", "started": "start",
    "joined": "join", "won": "win", "became": "become", "left": "leave", "moved": "move", "retired": "retire",
    "resigned": "resign", "launched": "launch", "published": "publish", "released": "release",
    "signed": "sign", "returned": "return", "arrived": "arrive", "introduced": "introduce",
    "acquired": "acquire", "bought": "buy", "sold": "sell", "invented": "invent", "discovered": "discover",
    "founded": "found", "established": "establish", "adopted": "adopt", "ratified": "ratify",
    "abolished": "abolish", "invaded": "invade", "conquered": "conquer", "captured": "capture",
}  # fmt: skip
COMING = {"closes": "close", "opens": "open", "ends": "end", "starts": "start", "begins": "begin",
           "expires": "expire"}  # fmt: skip
ACTIVE = re.compile(rf"{_IN_DATE}{_SUBJECT} (?P<verb>{'|'.join([*PAST, *COMING])})(?P<rest>\b.*)")
# What somebody does, and is named for: not "was caused by", whose answer is no person or body.
_DEEDS = (
    r"commissioned|founded|written|designed|built|led|directed|produced|created|published|launched"
    r"|established|invented|discovered|developed|appointed|ordered|announced|composed|painted|signed|funded"
    r"|chaired|introduced|proposed|acquired|recorded|sponsored|released|organised|organized|constructed"
)
DID = {"written": "wrote"}
BY = re.compile(
    rf"{_SUBJECT}(?: (?:was|were)|,) (?:{SMALL}+ly )?(?P<deed>{_DEEDS})"
    rf" by (?P<agent>(?:the )?(?:{_LOWER} )?{_NAME})"
)
HAS = {"has": "have", "have": "have", "had": "have", "includes": "include", "include": "include",
        "contains": "contain", "contain": "contain", "employs": "employ", "received": "receive",
        "won": "win", "operates": "operate", "possesses": "possess", "comprises": "comprise"}  # fmt: skip
HOLDS = re.compile(
    rf"{_SUBJECT} (?P<verb>{'|'.join(HAS)}) {_ABOUT}{_NUMBER} {_COUNTED}"
    r"(?=[.,;:]|$| (?:in|and|which|that|with)\b)"
)
THERE = re.compile(
    rf"There (?P<be>are|were) {_ABOUT}{_NUMBER} {_COUNTED} (?P<place>in (?:the )?{_NAME}){_ENDS}"
)
WHOSE = re.compile(rf"(?P<whose>{_NAME}[’']s) {_NUMBER} (?P<counted>{_LARGE}{{2,}}s|{_LOWER}s){_ENDS}")
COUNT = re.compile(
    rf"{_ABOUT}{_NUMBER} {_COUNTED}"
    rf" (?P<rest>(?:are|were|have|had|live|lived|died|work)(?: {_WORD}){{1,7}}?){_ENDS}",
    re.IGNORECASE,
)
WHAT = re.compile(
    rf"{_SUBJECT} (?P<be>is|are|was|were) (?P<told>(?:(?:a|an|the|one of) (?:{_WORD} ){{0,5}}?{_WORD}"
    rf"|(?:{_LOWER} ){{1,3}}(?:which|that|who))\b)"
)
ROLE = (
    r"(?:chancellor|minister|secretary|president|chair|chairman|chairwoman|director|executive|officer"
    r"|leader|king|queen|prince|emperor|judge|senator|governor|mayor|ambassador|author|singer|actor|actress"
    r"|composer|engineer|inventor|scientist|physicist|mathematician|writer|poet|philosopher|politician"
    r"|historian|economist|lawyer|artist|painter|musician|player|coach|quarterback|general|professor|founder)"
)
PERSON = rf"(?P<person>{_LARGE}{SMALL}+(?: {_LARGE}\.?)? {_LARGE}{SMALL}+)"
WHO = (
    re.compile(
        rf"(?<![\w’'-]){PERSON}(?:, | – )(?:who (?:is|was) )?(?:the |a |an )?"
        rf"(?:(?:former|current|then) )?(?:{_WORD} ){{0,2}}(?i:{ROLE})\b"
    ),
    re.compile(rf"(?<![\w’'-]){PERSON} (?:is|was) (?:the |an? )(?:{_WORD} ){{0,4}}(?i:{ROLE})\b"),
    re.compile(rf"(?<![\w’'-])(?<![Tt]he )(?i:{ROLE}) {PERSON}(?! {_LARGE}|\w|-)"),
)
SAYS = {
    "recommends": "does recommend", "recommended": "did recommend", "calls for": "does call for",
    "called for": "did call for", "argues for": "does argue for", "argued for": "did argue for",
    "proposes": "does propose", "proposed": "did propose", "criticised": "did criticise",
    "criticized": "did criticize", "favours": "does favour", "identified": "did identify",
    "announced": "did announce", "welcomed": "did welcome", "discovered": "did discover",
    "invented": "did invent",
}  # fmt: skip
SAID = re.compile(
    rf"(?:^|(?<=, ))(?P<subject>(?:[Tt]he )?{_NAME}(?: {SMALL}+)?)"
    rf" (?:also )?(?P<verb>{'|'.join(SAYS)})\b(?! by\b)"
)
# What somebody or something is there for, is to do or is made of: the verb stays, the rest is asked for.
TO_DO = re.compile(
    rf"{_IN_DATE}{_SUBJECT} (?P<verb>(?:is|are|was|were) (?:also )?"
    rf"(?P<done>expected|required|commissioned|asked|designed|intended|forced|invited"
    rf"|obliged|appointed|ordered|encouraged) to {SMALL}+"
    rf"|(?P<modal>will|must|should) (?P<object>examine|consider|focus on|explore|address|cover|provide"
    r"|introduce|receive)"
    rf"|(?P<plain>aims|aimed|wants|wanted|sought|seeks|plans|planned|promised|decided|refused|agreed)"
    rf" to {SMALL}+"
    rf"|(?P<be>is|are|was|were) (?:also )?(?:(?P<for>used|responsible) for|(?P<to>used) to {SMALL}+)"
    rf"|(?P<of>consists? of|depends? on|leads? to|results? in|causes?|requires?|allows?|provides?|aims at))\b"
)
PLAIN_VERBS = {
    "aims": "does aim", "aimed": "did aim", "wants": "does want", "wanted": "did want", "sought": "did seek",
    "seeks": "does seek", "plans": "does plan", "planned": "did plan", "promised": "did promise",
    "decided": "did decide", "refused": "did refuse", "agreed": "did agree",
}  # fmt: skip
WHERE = re.compile(
    rf"{_SUBJECT} (?P<be>is|are|was|were) (?P<done>located|situated|based|headquartered|born|buried|held)"
    rf" (?:in|on|at|near) (?P<place>(?:the )?{_NAME})"
)
WHY = re.compile(
    rf"{_IN_DATE}{_SUBJECT} (?P<be>was|were) (?P<done>(?:{SMALL}+ly )?{SMALL}{{2,}}ed)"
    rf"(?: (?:in|on) {DATE})? (?:because|due to|in order to)\b"
)
_CLAUSE = rf"(?P<clause>{_WORD}(?: (?:{_WORD}|\d+)){{1,10}}?)"
YOU = (
    re.compile(
        rf"To {_CLAUSE},? you (?:(?:usually|normally|also|will|may|might|only|first) ){{0,2}}"
        r"(?P<verb>need (?!to\b)|need to|must|can|should)\b"
    ),
    re.compile(
        rf"(?P<if>If) {_CLAUSE}, you (?:(?:usually|normally|also|will|may|might|only) ){{0,2}}"
        r"(?P<verb>need to|must|can|should)\b"
    ),
    re.compile(
        rf"You (?:(?:usually|normally|also|will|may|might) ){{0,2}}"
        rf"(?P<verb>need to|must|can|should) [^.;:]{{5,120}}? (?P<if>if) {_CLAUSE}\."
    ),
)
