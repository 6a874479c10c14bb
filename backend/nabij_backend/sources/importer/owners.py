"""Vocabulary of registers for owners.

The first of these that matches decides:

1. a private person;
2. a cooperative, by its legal form or as a compound (`Energiecoöperatie`, `Bürgerenergie eG`);
3. a public body, such as a municipality or its utility;
4. a company, by its legal form: its letters, with which a name ends, or in full. Those in full were
   compared with lists in the words of the member states: COM(2011) 684, Annex I (Belgium to Italy),
   Directive 2003/49/EC, Annex (Bulgaria, Romania), Directive 2009/101/EC, Annex I (Croatia);
5. a farm, unless the word stands for a place where the sun shines or the wind blows.

Anything else is unknown, and an unknown owner's small solar roof is told as a square.
"""

import re
from functools import lru_cache
from typing import Final

from nabij_backend.enums import OwnerKind
from nabij_backend.sources.importer.vocabulary import bare_words

_PERSON: Final = (
    r"\bperson(s|en)?\b|\bpersoon|\bparticulier"
    r"|\bprivate?\b(?! (limited|company|sector|law|equity))"
    r"|\bprivatperson|\bprive\b|naturliche|natuerliche|natuurlijk|household|huishouden|\bhomeowner"
    r"|eenmanszaak|\be ?k$|sole trader|self employed|\bpersona fisica|\bpersonne physique"
    r"|\bpessoa singular|fysisk person|yksityis|\bosoba fizyczna|fyzicka osoba|maganszemely"
    r"|persoana fizica|fizicka osoba|φυσικο προσωπο"
)
_COOPERATIVE: Final = (
    r"coop|kooperat|co operat|co op\b|genossenschaft|\be ?g$|\b[ubw] a$|\bua$|\bvve\b"
    r"|vereniging van eigenaars|community|\bbencom\b|\bek for\b|ekonomisk forening|samfallighet"
    r"|andelsforening|andelsselskab|\ba m b a\b|\bamba\b|vindmollelaug|\bi s vind"
    r"|samvirke|osuuskunta"
    r"|\bosk\b|\bscic\b|\bscop\b|spoldziel|druzstv|szovetkezet|zadrug|συνεταιρ|кооперац|кооператив"
    r"|burgerenergie|burgerwind|burgersolar|buergerenergie|buergerwind|energiegemeinschaft"
)
_PUBLIC: Final = (
    r"\bpublic\b(?! (limited|company))|publiek|gemeente|municip|overheid|stadtwerke|\bgemeinde"
    r"|\bkommun|landkreis|\bstadt\b|\bprovinci|waterschap|hoogheemraad|\bcouncil\b|\bborough\b"
    r"|\bcommune\b|\bmairie|\bville de|ayuntamiento|\bcomune di|camara municipal"
    r"|\bgmina\b|\bmiasto\b"
    r"|\bobec\b|onkormanyzat|\bkunta\b|kaupunki|\bprimaria\b|\bbundes(amt|anstalt)"
    r"|ministr|ministerie"
    r"|δημοσ\b|община"
)
# Written in full, or with letters that are no word of their own.
_COMPANY: Final = (
    r"\bcompan(y|ies)\b|\bbedrijf|\bcommercial\b|\bbusiness\b|\bcorporat"
    r"|\bunternehmen\b|\benterprise"
    r"|vennootschap|aktiengesellschaft|kommanditgesellschaft|beschrankter haftung"
    r"|aktieselskab|anpartsselskab|aktiebolag|aksjeselskap|osakeyhtio|aktsiaselts|osauhing"
    r"|akciov[ae] (spolecnost|spolocnost)|rucenim (omezenym|obmedzenym)"
    r"|druzba z omejeno|delniska druzba"
    r"|ogranicenom odgovornoscu|dionicko drustvo|reszvenytarsasag|korlatolt felelossegu"
    r"|societat[ei] (pe actiuni|cu raspundere limitata)|акционерно(то)? дружество"
    r"|ограничена отговорност|ανωνυμη εταιρ|περιορισμενησ ευθυνησ|ierobezotu atbildibu"
    r"|akciju sabiedriba|akcine bendrove"
    r"|\bentreprise|\bempresa|\bsocieta\b|\bsociete\b|\bsociedad\b|\bsociedade\b"
    r"|\bspolka\b|\bholding"
    r"|public limited|private limited"
    r"|\b(gmbh|mbh|kg|kgaa|ohg|gbr|bv|nv|vof|ltd|limited|plc|llp|llc"
    r"|inc|sas|sarl|sasu|eurl|snc|spa|srl|slu|lda|ltda|asa|oy|oyj|aps|sro|kft|zrt"
    r"|nyrt|doo|ood|eood"
    r"|uab|maatschap)\b|\b(b v|n v|v o f|s p a|s r l|s a s|s a r l|sp z o o|s r o|d o o)\b"
)
# These end a name, or they are something else.
_COMPANY_AT_END: Final = r"\bag$"
_COMPANY_OR_SURNAME_AT_END: Final = (
    r"\b(se|sa|s a|sl|s l|ab|as|a s|ad|dd|d d|ou|sia|cv|c v|ug|eei?g)$"
)
_FARM: Final = (
    r"(?<!wind )(?<!solar )(?<!sun )(?<!energy )(?<!pv )"
    r"\bfarm(er|ers|s)?\b(?! (of )?(solar|wind|energy))"
    r"|\bboer(en|derij|derijen)?\b|boerderij|agrari|landwirt|landbouw|akkerbouw|melkvee|bauernhof"
    r"|\bearl\b|\bgaec\b|exploitation agricole|azienda agricola|explotacion agr|exploracao agr"
    r"|gospodarstwo roln|zemedel|lantbruk|landbrug|maatila|ferma agricola|\bferme\b"
)
_OWNERS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (OwnerKind.PERSON, _PERSON),
        (OwnerKind.COOPERATIVE, _COOPERATIVE),
        (OwnerKind.PUBLIC, _PUBLIC),
        (OwnerKind.COMPANY, f"{_COMPANY}|{_COMPANY_AT_END}|{_COMPANY_OR_SURNAME_AT_END}"),
        (OwnerKind.FARM, _FARM),
    )
)
# Partnerships of two, owners of one house, and letters with which a surname can end.
_MAYBE_AT_HOME: Final = re.compile(
    rf"\b(gbr|vof|v o f|maatschap|vve|cv)\b|vereniging van eigenaars|vennootschap onder firma"
    rf"|commanditaire vennootschap\b(?! op aandelen)|gesellschaft burgerlichen rechts"
    rf"|{_COMPANY_OR_SURNAME_AT_END}"
)


@lru_cache(maxsize=4096)
def owner_kind_of(text: str) -> OwnerKind:
    """Return the kind of owner that a register's words name; `unknown` when they name none."""
    said = bare_words(text)
    return next((kind for kind, words in _OWNERS if words.search(said)), OwnerKind.UNKNOWN)


@lru_cache(maxsize=4096)
def may_live_there(text: str) -> bool:
    """Return whether an owner that is no private person may be one or two at their home.

    A couple runs its roof as a partnership, and the owners of a house are an association.
    """
    return _MAYBE_AT_HOME.search(bare_words(text)) is not None
