"""The words and turns of phrase that hints on evidence stumble on, by kind.

A pattern names a whole expression, as narrow as it has to be: "accent colour", "the age of the cache" and "a family
of models" are no people. docs/methods/evidence_hints.md says what each kind is for; the tests hold two hundred
sentences of both sorts against it.
"""

PERSON = r"(?:he|she|they|him|her|them|his|hers|their|candidate|guy|man|woman|girl|lad|lady|person|applicant)"
_BE = r"(?:is|was|are|were|be|being|seems|seemed|looks|looked|sounds|sounded|came across as|he's|she's|they're)"
_DEGREE = r"(?:(?:a|an|the|bit|very|too|so|quite|rather|visibly|clearly|probably|also|heavily|slightly|openly)\s+)*"
_WHO = rf"\b{_BE}\s+{_DEGREE}"
_NATIONAL = (
    "african american arab arabic argentinian asian australian brazilian british bulgarian chinese colombian "
    "czech dutch egyptian english ethiopian european filipino french german ghanaian greek hispanic hungarian "
    "indian indonesian iranian irish israeli italian japanese kenyan korean latin latina latino mexican moroccan "
    "nigerian pakistani polish portuguese romanian russian scottish serbian slavic spanish swedish syrian turkish "
    "ukrainian vietnamese"
)
_NATION = "(?:" + "|".join(_NATIONAL.split()) + ")"
_PLACE = (
    "(?:africa|argentina|asia|brazil|china|egypt|england|france|germany|ghana|greece|india|iran|iraq|israel|italy|"
    "japan|kenya|korea|mexico|nigeria|pakistan|poland|romania|russia|spain|syria|turkey|ukraine|vietnam)"
)

# What the law protects, and what nobody may hold against a candidate. (what it concerns, patterns)
PROTECTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "pregnancy or family",
        (
            r"\bpregnan(?:t|cy)\b(?! pauses?\b)",
            r"\b(?:maternity|paternity|parental) leave\b",
            r"\b(?:her|their) due date\b|\b(?:mum|mom|mother|father|dad|parent) of (?:a|two|three|four|five|\d|small|young|twins)\b",
            r"\bexpecting (?:a (?:baby|child)|twins)\b",
            r"\b(?:her|his|their|has|have|got|with|small|young|little|two|three|no|wants?|having) "
            r"(?:\w+ )?(?:kids|children|baby|babies|toddlers?|twins)\b",
            r"\b(?:his|her|their) (?:\w+ )?(?:husband|wife|spouse|fiancée?|partner|fiancé)\b|\b(?:boyfriend|girlfriend)\b",
            r"\b(?:single|working|young|new) (?:mother|mum|mom|father|dad|parent)\b",
            rf"{_WHO}(?:newly |recently |just )?(?:married|divorced|unmarried|engaged to|a mother|a father|a mum)\b",
            r"\b(?:family|childcare|caring) (?:commitments|duties|obligations|responsibilities|situation)\b",
            r"\b(?:start|starting|have|having|raise|raising) a family\b",
            r"\bchildcare\b",
        ),
    ),
    (
        "age",
        (
            r"\b(?:too|very|rather|quite|a bit|so|pretty) (?:old|young)\b"
            r"(?= for (?:this|the) (?:job|role|team)| to (?:learn|adapt|keep|lead|change)|\s*[.,;!]|\s*$)",
            r"\b\d\d[- ]years?[- ]old\b",
            r"\b(?:in|into) (?:his|her|their) (?:early |mid |late |mid-|late )?"
            r"(?:\d0s|twenties|thirties|forties|fifties|sixties)\b",
            r"\b(?:his|her|their|candidate's) age\b",
            r"\bat (?:his|her|their) (?:age|time of life)\b",
            r"\b(?:elderly|boomer|millennial|gen z|middle-aged|over the hill|grey-haired|gray-haired)\b",
            r"\b(?:close to|near|nearing|before|past) (?:retirement|retiring)\b|\bretire(?:ment age|s soon)\b",
            r"\b(?:looks?|looked|seems?|seemed|must be|probably) (?:about|around|over|past|nearly|like) "
            r"(?:\d\d|twenty|thirty|forty|fifty|sixty|seventy)\b(?! (?:%|per|ms|s\b|minutes|seconds|requests|rows))",
            r"\b(?:not|no longer) (?:getting )?(?:any younger|the youngest|young any ?more)\b|\bgeneration gap\b",
            r"\b(?:older|younger|old|young) (?:guy|man|woman|lady|girl|chap|gentleman|person)\b",
            r"\b(?:youthful|digital native|recent graduate energy)\b",
            rf"{_WHO}(?:over|under|about|around|past) (?:20|30|35|40|45|50|55|60)\b(?! (?:%|per|ms|s\b|minutes|seconds))",
        ),
    ),
    (
        "accent, origin or language",
        (
            r"\b(?:strong|thick|heavy|slight|foreign|noticeable|funny|his|her|their|with an|with a|has an|speaks with) "
            r"(?:\w+ )?accent\b(?! (?:colou?rs?|marks?|characters?))",
            r"\b(?:his|her|their) (?:pronunciation|dialect|grammar)\b|\bpronunciation\b",
            r"\b(?:native|non-native|mother tongue) (?:english )?speakers?\b",
            r"\b(?:immigrant|foreigner|refugee|migrant|expat|work permit|green card|ethnic\w*|ethnicity)\b",
            r"\b(?:needs?|without|has|have|his|her|their|on) an? visa\b|\b(?:his|her|their) visa\b|\bvisa (?:status|sponsorship)\b",
            rf"{_WHO}{_NATION}\b",
            rf"\b(?:typical|typically|as an?|young|like an?) {_NATION}\b",
            rf"\b{_NATION} (?:guy|man|woman|candidate|engineer|accent|name|background|origin|descent|girl|culture)\b",
            rf"\b(?:{PERSON}|comes?|came|originally|moved(?: here)?) (?:\w+ )?from {_PLACE}\b",
            rf"\b(?:grew up|born|raised|educated|studied) in {_PLACE}\b",
            r"\bforeign (?:name|sounding|student|worker|national|degree|woman|man|guy|candidate)\b",
            r"\b(?:his|her|their) (?:\w+ )?(?:surname|last name|first name)\b|\b(?:foreign|exotic|strange)-sounding name\b",
            r"\bwhere (?:he|she|they) (?:is|are|was|were|comes?|came) from\b",
            r"\b(?:his|her|their) (?:nationality|origins?|skin|race|country|passport|mother tongue|english is)\b",
            r"\b(?:black|white|brown) (?:guy|man|woman|girl|candidate|person)\b",
            r"\b(?:speaks|spoke) (?:\w+ )?(?:broken|poor|bad|perfect) english\b",
        ),
    ),
    (
        "health or disability",
        (
            r"\b(?:disability|disabilities|wheelchair|handicapp?ed|autis(?:m|tic)|adhd|dyslexi(?:a|c)|bipolar)\b",
            rf"\b{PERSON} (?:is|was|seems) {_DEGREE}disabled\b|\bdisabled {PERSON}\b",
            r"\b(?:stutter(?:s|ed|ing)?|stammer(?:s|ed|ing)?|lisp(?:s|ed)?|hearing aids?|guide dog|cancer|chemotherapy)\b"
            r"(?! (?:data|detection|classif\w+|images?|scans?|model|frames?|dataset))",
            r"\b(?:mental health|mentally ill|depression|panic attacks?|anxiety disorder|burn(?:ed|t)[- ]out|burnout)\b",
            r"\b(?:sick leave|chronic(?:ally)? (?:ill|illness|pain)|his illness|her illness|their illness|diabet(?:es|ic)|epilep\w+)\b"
            r"(?! (?:data|detection|classif\w+|images?|scans?|model|dataset))",
            rf"{_WHO}(?:deaf|blind|ill|sick|unwell|depressed|unhealthy|overweight|obese|fat|limping|hard of hearing)\b",
            r"\b(?:walk(?:s|ed|ing)? with a (?:cane|stick|limp)|crutch(?:es)?|in pain|hearing loss|poor eyesight)\b",
            r"\b(?:he|she|they) (?:has|had|have) (?:a |an )?(?:\w+ )?(?:illness|condition|disease|disorder|surgery|operation)\b",
            r"\b(?:on|takes?) (?:medication|antidepressants)\b",
            r"\b(?:his|her|their) (?:health|condition|therapy|therapist|medication|limp|tremor)\b",
        ),
    ),
    (
        "religion or belief",
        (
            r"\b(?:muslim|christian|jewish|jew|hindu|buddhist|catholic|protestant|mormon|sikh|atheist|islam\w*)\b",
            r"\b(?:hijab|headscarf|turban|kippah?|burqa|ramadan|sabbath|shabbat|kosher|halal)\b",
            r"\b(?:goes to|went to|attends|his|her|their) (?:church|mosque|synagogue|temple|religion|faith|prayers?)\b",
            r"\b(?:wears?|wearing|wore) (?:a|an|her|his) (?:cross|skullcap|veil|crucifix)\b|\b(?:fasting|fasts)\b",
            rf"{_WHO}(?:religious|devout|a believer)\b",
            r"\bprays?\b|\bprayer (?:times?|breaks?|room)\b",
            r"\b(?:votes?|voted) (?:for )?(?:left|right|labour|conservative|republican|democrat)\w*\b",
            r"\b(?:trade )?union (?:member|activist)\b|\b(?:his|her|their) politic(?:s|al views)\b",
        ),
    ),
    (
        "gender or sexual orientation",
        (
            r"\b(?:gay|lesbian|homosexual|bisexual|transgender|queer|non-binary|heterosexual|sexual orientation)\b"
            r"(?! (?:classif\w+|features?|columns?|values?))",
            r"\btrans (?:woman|man|person|candidate)\b",
            r"\b(?:for|as|like|being) an? (?:woman|girl|female|mother|man|lady|bloke)\b",
            r"\b(?:girly|effeminate|unfeminine|unladylike|manly|macho|tomboy|motherly|bossy|hysterical|shrill)\b",
            r"\b(?:female|male|woman) (?:engineer|candidate|developer|hire|applicant)s?\b",
            r"\bdiversity (?:hire|candidate)\b",
            r"\bwom[ae]n (?:usually|often|tend|are|do not|don't)\b|\bmen (?:usually|often|tend|are)\b",
        ),
    ),
    (
        "looks",
        (
            r"\b(?:attractive|good-looking|handsome|beautiful|pretty|cute|ugly|scruffy|well-groomed) "
            r"(?:guy|man|woman|girl|lady|person|candidate|face|smile)\b",
            rf"{_WHO}(?:attractive|good-looking|handsome|beautiful|ugly|scruffy|well dressed|badly dressed)\b",
            r"\b(?:tattoos?|piercings?|beard|haircut|hairstyle|make-up|nail polish)\b",
            r"\b(?:well|badly|poorly|smartly) dressed\b|\b(?:his|her|their) (?:looks|clothes|outfit|hair|weight|height)\b",
        ),
    ),
)

# The interviewer's own liking: it describes who asks, and not the candidate's work.
LIKING = (
    r"\b(?:beers?|drinks?|pints?|coffee|lunch|dinner) with (?:him|her|them|this guy|this candidate)\b",
    r"\b(?:grab|have|get|go for|share|buy (?:him|her|them)) (?:a|some) (?:beers?|drinks?|pints?|coffee)\b",
    r"\b(?:liked?|loved?|adored?|disliked?|hated?) (?:him|her|them\b(?! (?:to|as))|this one|the (?:guy|candidate|girl|woman|man))\b",
    r"\b(?:no|little|lots of|some|real|instant) (?:chemistry|rapport)\b|\brapport\b|\bpart of the (?:team|family) already\b",
    r"\bi(?:'d| would)? (?:really |just |quite |also )?(?:liked?|loved?|disliked?|enjoyed) "
    r"(?:him|her|them|talking|chatting|speaking|the (?:candidate|guy|chat|conversation)|working)\b",
    r"\b(?:we|i) (?:really |just )?(?:clicked|hit it off|got on|got along|bonded|connected)\b",
    r"\b(?:good|great|bad|nice|weird|positive|strange|off) (?:vibes?|chemistry|energy|feeling)\b",
    r"\b(?:culture|cultural|team) fit\b|\bfits? (?:right |well )?in(?:to)? (?:with us|the team|our team|here)\b",
    r"\b(?:my|the) gut\b(?: feeling)?|\bgut (?:feeling|says)\b|\bi (?:just )?(?:have|had|got|get) a (?:\w+ )?feeling\b",
    r"\b(?:one of (?:us|the team)|my kind of|our kind of|right up my street)\b",
    r"\b(?:nice|great|lovely|cool|fun|decent|good|pleasant|likeable|likable|sweet) "
    r"(?:guy|person|lad|chap|bloke|girl|woman|man|company|candidate|human)\b",
    r"\breminds? me of (?:me|myself|my|our)\b|\breminded me of (?:me|myself|my|our)\b",
    r"\b(?:fun|easy|nice|pleasant|great) to (?:be around|talk to|chat to|hang out with|work with)\b",
    r"\b(?:hang|hanging) out with (?:him|her|them)\b|\bstuck in an airport\b|\bairport test\b",
    r"\b(?:did not|didn't|don't|do not|could not|couldn't) (?:like|warm to|take to|click with) (?:him|her|them)\b",
    r"\b(?:likeable|likable|unlikeable|charming|personable|sympathetic|annoying|irritating)\b",
    r"\b(?:same (?:university|school|hobby|hobbies|club|town)|went to my|supports my)\b",
)

# What somebody else says of the candidate: the other person's evidence, at best.
HEARSAY = (
    r"\bi(?:'ve| have)? (?:also |once )?heard (?:from|that|about|of|good|bad|great|he|she|they)\b",
    r"\bi(?: was|'ve been| have been) told\b|\b(?:told|tells) (?:me|us) (?:that )?(?:he|she|they|the candidate)\b"
    r"(?! (?:would|could))",
    r"\b(?:people|everyone|everybody|colleagues|they all|others|the team|some) (?:say|says|said|think|thinks|told me)\b",
    r"\baccording to (?:(?:his|her|their|the|a|my) )?(?:\w+ )?"
    r"(?:recruiter|manager|boss|colleagues?|referees?|references?|friend|agency|linkedin|cv|résumé|resume)\b",
    r"\b(?:rumou?rs?|word is|word has it|grapevine|gossip|by reputation|reputation for|has a reputation|known for|well known)\b",
    r"\b(?:apparently|supposedly|allegedly|reportedly|i gather|i understand that)\b",
    r"\b(?:the|our) (?:recruiter|agency|sourcer) (?:said|says|mentioned|told|thinks|warned|praised)\b",
    r"\b(?:cv|résumé|resume|linkedin(?: profile)?|reference|references|referee) (?:says?|said|shows?|lists?|claims?|praised?|states?)\b",
    r"\b(?:on|from) (?:his|her|their|the) (?:cv|résumé|resume|linkedin)\b",
    r"\b(?:a|my) (?:friend|former colleague|colleague|ex-colleague)(?: of mine)? "
    r"(?:\w+ )?(?:said|says|worked|knows?|knew|told|recommended|thinks|rates|vouches|vouched)\b",
    r"\b(?:told|tells) (?:our|the|my) (?:recruiter|manager|boss|colleagues?|team|agency)\b",
    r"(?-i:\b[A-Z][a-z]+) (?:worked|has worked|used to work) with (?:him|her|them)\b",
    r"\b(?:supposed|said|thought|rumoured|believed|reported) to (?:be|have)\b(?= (?:the|a|an|one|his|her|very|quite|been))",
    r"\b(?:used to|once) work(?:ed)? with (?:him|her|them)\b|\bvouch(?:es|ed)? for (?:him|her|them)\b",
    r"\b(?:previous|earlier|last|other) interviewers? (?:said|says|liked|thought|thinks|told|found|was|were)\b",
)

# Impressions and traits: they describe the person, and two interviewers mean different things by them.
IMPRESSIONS = (
    "abrasive aggressive annoyed boring bored calm cheerful cold dull energetic hungry inspiring moody unmotivated uninspired unfriendly unprofessional amazing ambitious arrogant articulate awesome awkward bad bright brilliant charismatic "
    "clever committed competent confident curious dedicated dominant driven eccentric emotional enthusiastic "
    "excellent experienced extrovert extroverted fantastic fine friendly genius good great hardworking humble "
    "impressive insightful insecure intelligent introvert introverted junior knowledgeable lazy leader lovely mature "
    "modest motivated nervous nice ninja outstanding passionate polite poor proactive quiet reserved resilient "
    "rockstar rude senior sharp shy smart solid strong struggled stubborn superb talented terrible thoughtful "
    "timid unimpressive vague weak wonderful"
)
# Said of the person: at the end of a phrase or before a word for one. "A strong baseline" is no person.
TRAITS = (
    rf"\b(?:{'|'.join(IMPRESSIONS.split())})\b(?=\s*(?:$|[.,;:!?)]|(?:and|or|but|for|on|at|in|with|to|about|when|"
    r"engineer|candidate|person|thinker|developer|communicat\w+|guy|woman|man|speaker|listener|leader|attitude|"
    r"personality|player|hire|coder|researcher|scientist|one|presence|skills)\b))"
)
# Words that tell of an act; one of them, or a quotation, and an impression is said of something seen.
ACTS = frozenset(
    "admitted added answered argued asked assumed automated began broke built calculated called caught changed "
    "checked chose claimed closed compared computed concluded corrected counted cut debugged decided defended defined "
    "deleted deployed described designed detected did diagnosed distinguished drafted drew dropped estimated explained "
    "exposed extended fixed flagged found gave grouped guessed ignored insisted instrumented invented isolated kept "
    "labelled left limited listed logged looked made managed mapped measured mentioned merged migrated mixed moved "
    "named noted noticed offered opened ordered picked plotted planned pointed predicted printed proposed profiled "
    "pushed put quoted raised ran ranked read reduced refactored refused rejected removed renamed repeated replaced "
    "reported reproduced reran restarted reverted reviewed rewrote rolled said sampled saw separated set shipped "
    "showed simplified sketched skipped sorted specified split spotted started stated stopped suggested summarised "
    "switched tagged tested told took traced trained tried tuned turned used validated versioned waited walked wanted "
    "weighed went wrapped wrote".split()
)
# What fills a field and says nothing.
FILLERS = frozenset(
    ("idk", "n/a", "na", "none", "nothing", "ok", "okay", "fine", "good", "see above", "as above", "same", "tbd")
    + ("todo", "dunno", "no idea", "not much", "hard to say", "no notes", "will add later", "later", "not sure", "no comment", "yes", "no", "?", "??", "xxx", "test", "asdf", "ditto")
)
