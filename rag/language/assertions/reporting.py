"""The verbs by which somebody is said to have said something."""

from __future__ import annotations

# What only a person or body does: "Hewitt urged", and so what a name stands before.
_PERSONS_SAY = (
    r"said|says|told|tells|warn(?:s|ed)|argue[sd]?|urge[sd]?|wr(?:ites|ote)|claimed|recommend(?:s|ed)"
    r"|insist(?:s|ed)|criticis(?:es|ed)|commented|acknowledge[sd]|admit(?:s|ted)|advocate[sd]|promise[sd]"
    r"|replie[sd]|reiterate[sd]|welcome[sd]|call(?:s|ed) for"
)
PERSONS_SAY = rf"(?:{_PERSONS_SAY})\b"
# What a report or its figures do too, behind what they are called; and words for other things, which report
# only before what is said.
SAYS = (
    r"(?:(?:also|has|have|had|then|later|once|\w+ly)\s){0,3}"
    rf"(?:{_PERSONS_SAY}|add(?:s|ed)|stated|suggest(?:s|ed)|explain(?:s|ed)|propose[sd]|stress(?:es|ed)"
    r"|conclude[sd]|describe[sd]|identif(?:ies|ied)|predict(?:s|ed)|ma(?:de|kes) (?:it )?clear"
    r"|point(?:s|ed) out|(?:is|was) (?:also )?on record as saying"
    r"|(?:states|notes|noted|claims|reports|reported|announce[sd]|reveal(?:s|ed)|believe[sd]?|thinks?|thought"
    r"|finds?|found|show(?:s|ed))(?=\sthat\b|:)"
    r"|(?:saying|revealing|recommending|warning|arguing|claiming|stating|adding)(?=\s(?:that|an?|the)\b|:))\b"
)
# What may follow the name of a source in a question: "the union warns", "did the union warn".
_VERBS = (
    "say think want argue claim write report call warn respond expect describe suggest recommend mention name"
    " conclude propose support oppose welcome criticise criticize back reject accept doubt fear hope believe"
    " agree disagree discuss cover address highlight stress urge demand ask note list give make see find"
    " identify publish submit explain comment complain react predict quote cite state tell add"
).split()
FOLLOWS_SOURCE = frozenset(
    [
        *(f"{verb}{end}" for verb in _VERBS for end in ("", "s", "d", "ed")),
        *"said wrote told gave saw made found denied replied put thought".split(),
    ]
)
