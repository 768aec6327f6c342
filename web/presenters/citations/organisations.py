"""Words that tell the name of an organisation, an office or a role from that of a person."""

__all__ = ["is_organisation_word"]

_JOINING = "and or of for the with without against between from und für et pour para och og"
_BODIES = (
    "academy administration agency alliance assembly associates association authority bank board"
    " brigade brothers bros bureau campaign cabinet center centre centres chamber church club"
    " coalition collective college commission committee community company confederation congress"
    " consortium cooperative corporation council court department division embassy executive"
    " federation forum foundation front fund government group guild holding holdings initiative"
    " institute institution international lab laboratory labs league library limited ministry"
    " mission movement museum network observatory office orchestra organisation organization"
    " parliament partners partnership party police project research school secretariat senate"
    " service services society solutions station studio studios syndicate systems task team theatre"
    " trust union united university ventures volunteers watch works workshop"
)
_BUSINESSES = (
    "airlines airways brewery capital consultants consulting energy enterprises entertainment"
    " exchange express hub industries insurance motors oil petroleum pharmaceuticals productions"
    " properties railways software technologies"
)
_MEDIA = (
    "advertiser agencies analysis anzeiger argus broadcasting brief bulletin chronicle column"
    " courier daily desk digest dispatch editorial editors enquirer examiner gazette globe guardian"
    " herald inquirer insider jazeera journal kurier ledger magazine media monitor nachrichten news"
    " newspaper newspapers newsroom newswire observer online podcast press radio redaktion"
    " redacción redazione redactie rédaction redação register report reports reporters"
    " review rundschau sentinel sport tageblatt telegraph telegram times today tribune tv"
    " television weekly wire wires zeitschrift zeitung evening morning sunday post mail mirror"
    " record echo star standard sports blog blogger bloggers content sponsored geographic welle"
    " channel corriere feed gazzetta images investigations reuters"
)
_ROLES = (
    "admin administrator adviser advisor anchor author authors columnist contributor contributors"
    " correspondent correspondents critic department editor intern journalist journalists newsdesk"
    " photographer producer guest reader readers reporter staff staffer webmaster writer writers"
    " spokesperson"
)
_PEOPLE = (
    "activists citizens democracy doctors engineers farmers fishermen friends journalists lawyers"
    " lives nurses parenthood parents physicians rebellion scientists students teachers voices"
    " witnesses women workers youth"
)
_FORMS = (
    "ag a/s asa bhd bv bvba co corp gmbh inc kft kk limitada limited llc llp lp ltd ltda ltée nv"
    " oy oyj plc pte pty sarl sas spa srl sro"
)
_PLACES = (
    "african american asian british european federal global national northern regional southern"
    " state town western world army associated clinic county festival force hospital house nations"
    " navy rights village"
)
_FRENCH = (
    "académie agence assemblée association banque bureau centre chambre comité commission"
    " compagnie conseil correspondants cour département école fédération fondation groupe institut"
    " journalistes ligue mairie ministère mouvement office parti presse réseau service société"
    " syndicat université"
)
_SPANISH_ITALIAN_PORTUGUESE = (
    "academia academias accademia agencia agência agenzia asociación associação associazione"
    " ayuntamiento banco câmara centro comissão comisión comitato comité commissione companhia"
    " compañía consejo conselho consiglio corresponsales diario diário escuela escola federación"
    " federação federazione fondazione fundación fundação gobierno governo grupo gruppo instituto"
    " istituto liga ministério ministerio ministero movimiento movimento noticias notícias"
    " notizie observatorio oficina organización partido partito periódico prensa jornal giornale"
    " scuola sindacato sindicato sociedad sociedade società stampa ufficio universidad universidade"
    " università"
)
_GERMANIC = (
    "akademie amt arbeitsgemeinschaft ausschuss behörde bund bundesamt büro forschungsstelle"
    " gemeinde gesellschaft gewerkschaft institut kammer kommission landesamt ministerium"
    " organisation partei rat redaktionen stadt stiftung universität verband verein zentrum"
    " bureau instituut ministerie stichting vereniging nyheter nyhetsbyrån institutet förbundet"
    " universitet styrelsen forening"
)
_SLAVIC = (
    "агентство институт комитет министерство новости общество отдел пресс-служба редакция совет"
    " союз университет фонд центр agencja fundacja instytut ministerstwo redakcja redakce"
    " stowarzyszenie towarzystwo uniwersytet agentura ústav společnost"
)
_WORDS = frozenset(
    word
    for words in (
        _JOINING,
        _BODIES,
        _BUSINESSES,
        _MEDIA,
        _ROLES,
        _PEOPLE,
        _FORMS,
        _PLACES,
        _FRENCH,
        _SPANISH_ITALIAN_PORTUGUESE,
        _GERMANIC,
        _SLAVIC,
    )
    for word in words.split()
)
_ACRONYMS = frozenset("AFP AP BBC EU PA UK UN US".split())
_ENDINGS = (
    "agentur", "gesellschaft", "institut", "ministerium", "nachrichten", "redaktion", "stiftung",
    "verband", "verein", "zeitung", "zentrum",
)  # fmt: skip


def is_organisation_word(word: str) -> bool:
    """Return whether a word is hardly ever part of a person's name."""
    folded = word.replace(".", "").casefold()
    return folded in _WORDS or word in _ACRONYMS or folded.endswith(_ENDINGS)
