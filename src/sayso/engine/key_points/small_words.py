"""Words that carry no subject: what every text is made of, nods and greetings, and what leans on another sentence.

English, German, Spanish, French, Italian, Dutch and Arabic, as `wording.words` reads them. In other languages all words
count as carrying something, so nothing is taken away that was not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

# Articles, pronouns, prepositions, conjunctions, auxiliaries, and adverbs of degree.
_SMALL = """
a about above across actually after again against all almost along already also although always am among an and
another any anybody anymore anyone anything anyway are aren around as at away back be became because become been
before behind being below between beyond both but by can cannot could couldn did didn do does doesn doing don done
down during each either else enough especially etc even ever every everybody everyone everything except far few fewer
first for from further get gets getting go going gone got had has hasn have haven having he her here hers herself him
himself his how however i if in instead into is isn it its itself just keep last least less let ll lot lots made make
makes making many may maybe me might mine more most much must my myself near need needed needs neither never no nobody
none nor not nothing now of off often on once one ones only onto or other others otherwise our ours out over own per
perhaps please put quite rather re really s same see seem seems several shall she should shouldn since so some
somebody someone something soon still such t than that the their them themselves then there these they this those
though through thus to together too toward towards two under unless until up upon us use used using ve very via want
wants was wasn way ways we well were weren what whatever when where whether which while who whole whom whose why will
with within without won would wouldn yet you your yours

ab aber acht all alle allem allen aller alles allzu als also am an andere anderem anderen anderer anderes ans auch auf
aus ausser außer bald bei beide beiden beim bereits besonders bevor bin bis bitte bleiben bleibt brauchen braucht bzw
da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus darf darin darüber darum das dass davon
dazu dein dem den denen denn der deren derzeit des deshalb dessen deutlich die dies diese diesem diesen dieser dieses
doch dort drei du durch dürfen dürfte eben ebenfalls ebenso egal eher ein eine einem einen einer eines einfach einige
einigen einmal endlich entlang entweder er es etwa etwas euch euer falls fast für gar ganz ganze ganzen ganzer ganzes
gäbe geben gegen gehen geht gehört genau genug gerade gern gerne gewesen gibt ging gleich habe haben hat hatte hätte
hätten her hier hin hinblick hinsichtlich hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins
insbesondere ist ja je jede jedem jeden jeder jedes jedoch jemand jetzt kann kein keine keinem keinen keiner keines
können könnte könnten kommen kommt künftig lassen lässt leider machen macht mal man manche mehr mein meine meist mich
min mindestens mir mit möchte möglich möglichst müssen musste muss müsste müssten nach nachdem nämlich natürlich neben
nein nicht nichts nie niemand noch nötig notwendig nun nur ob oben obwohl oder oft ohne pro rein sagen schon sehr sei
sein seine seinem seinen seiner seit selbst selber sich sicher sie sind so sobald sofort sogar solange solch solche
solchen soll sollen sollte sollten somit sondern sonst soweit sowie sowohl stark statt stehen steht tun über überall
überhaupt um und uns unser unsere unserem unseren unserer unten unter usw verwenden viel viele vielen vieler
vielleicht vom von vor wann war wäre wären warum was weder wegen weil weit weiter weitere weiterhin weitestgehend
welche welchem welchen welcher welches wenig wenige weniger wenigstens wenn wer werde werden weshalb wie wieder will
wir wird wirklich wo wobei wohl wollen womit worden wurde wurden würde würden z zb zu zudem zum zumindest zur zurück
zusätzlich zwar zwei zwischen

a al algo alguien algún alguna algunas alguno algunos allí ante antes aquel aquella aquí así aún aunque bajo bien cada
casi como con contra cosa cosas cual cuales cualquier cuando cuanto cuál cómo de debe deben debería deberían del demás
dentro desde después donde dos durante e el él ella ellas ellos en entonces entre era eran es esa esas ese eso esos
esta está estaba están estar estas este esto estos estoy ex fue fueron fuera gracias ha había hace hacen hacer hacia
han hasta hay he hemos incluso la las le les lo los luego más mas me mejor mejores menos mi mis mientras mismo misma
mucha muchas mucho muchos muy nada nadie ni ningún ninguna no nos nosotros nuestra nuestras nuestro nuestros nunca o
os otra otras otro otros para parte pero poca pocas poco pocos podemos poder podría podrían por porque pues puede
pueden que qué quien quién quiere quiero se sea sean según ser si sí siempre sin sino sobre solo sólo son su sus tal
también tampoco tan tanto te tener tenemos tengo tiene tienen toda todas todavía todo todos tras tu tú tus un una unas
uno unos usted va vamos van vez ya yo

afin ai ainsi alors après as au aucun aucune aujourd aura auraient aurait aussi autant autour autre autres aux avaient
avait avant avec avez avoir avons beaucoup bien c ça car ce ceci cela celle celles celui cependant certain certaine
certaines certains ces cet cette ceux chacun chaque chez comme comment contre d dans de depuis des dessous dessus deux
devant devrait devraient doit doivent donc dont du durant elle elles en encore enfin entre es est et étaient était été
être eu eux faire fait faut faudrait fois font hors ici il ils j jamais je jusqu jusque l la là laquelle le lequel les
lesquels leur leurs lors lorsque lui m ma mais malgré me même mêmes mes mieux moi moins mon n ne ni non nos notre nous
nul on ont or ou où par parce parfois parmi pas pendant personne peu peut peuvent plus plusieurs plutôt pour pourquoi
pourrait pourraient pouvoir près presque puis qu quand que quel quelle quelles quelque quelques quels qui quoi rien s
sa sans se selon sera serait ses seulement si sien sinon soi soient soit son sont sous souvent suis sur surtout t ta
tandis tant te tel telle telles tels tes toi ton toujours tous tout toute toutes très trop tu un une vers veut veux
vais va voire vont vos votre vous vraiment y

a abbastanza abbia abbiamo adesso affinché ai al alcuna alcune alcuni alcuno alla alle allo allora almeno altra altre
altri altro anche ancora appena avere aveva bene bisogna c che chi ci ciascun ciò cioè circa come comunque con contro
così cui d da dagli dai dal dalla dalle davvero degli dei del della delle dello dentro deve devono di dopo dove
dovrebbe dovrebbero due dunque durante e è ed egli era erano essere fa fare fatto fino forse fra fuori già gli grazie
ha hai hanno ho i il in infatti infine inoltre insieme invece io l la là le lei li lì lo loro lui ma mai me meglio
meno mentre mi mia mie miei mio molta molte molti molto ne né negli nei nel nella nelle nessun nessuna nessuno niente
no noi non nostra nostre nostri nostro nulla o ogni ognuno oltre oppure ora per perché perciò però più poca poche
pochi poco poi possiamo possono potrebbe potrebbero prima proprio può qua qualche qualcosa qualcuno quale quali quando
quanto quasi quella quelle quelli quello questa queste questi questo qui quindi sarebbe se secondo sei sempre senza si
sì sia siamo siano solo sono sopra soprattutto sotto sta stata state stati stato su sua sue sugli sui sul sulla sulle
suo suoi tale tali tanta tante tanti tanto te ti tra troppo tu tua tutta tutte tutti tutto un una uno va vanno verso
vi via voi vostra vostro vuole

aan al alle allemaal alleen alles als altijd ander andere anders beetje ben bent bij binnen boven buiten daar daarna
daarom dan dat de deze die dit doe doen door dus echt een één eens elk elke en enige er erg ergens even gaan gaat geen
geweest gewoon had hadden heb hebben heeft heel het hem hen hier hij hoe hun iedereen ieder iedere iemand iets ik in
is je jij jouw jullie kan kon kunnen laat laten liever maar maken meer meest men met mij mijn minder moet moeten mogen
na naar naast nee niemand niet niets nog nodig nooit nu of om omdat onder ons onze ook op over per rond samen sinds
sommige te tegen ten ter terug terwijl toch toe toen tot tussen uit van vaak van veel verder vind voor vooral waar
waarom wanneer want waren was wat we weer weinig wel welk welke wie wij wil willen word worden wordt wou zal ze zeer
zei zelf zelfs zich zij zijn zo zoals zodat zonder zou zouden zullen

في من على إلى الى عن مع هذا هذه ذلك تلك هؤلاء التي الذي الذين أن ان إن لا ما لم لن هو هي هم نحن أنا انا أنت انت انتم
كل بعض أو او أم ثم لكن ولكن و يا قد كان كانت يكون تكون ليس ليست هناك هنا حتى إذا اذا لو لأن لان كما بين بعد قبل عند
غير أي اي أيضا ايضا جدا فقط أكثر اكثر أقل يجب ينبغي يمكن نريد أريد اريد لنا له لها لهم لي فيه فيها منه منها عليه عليها
به بها كيف لماذا متى أين اين مثل نفس دون بدون حول خلال منذ ضد نعم كلا أنه انه أنها بأن
"""

# What is said to others about what they said, greetings, and tests of the page itself.
_NODS = """
absolutely agree agreed amen bad believe comment correct cool definitely disagree exactly fine feel good great guess
hello hey hi hope hopefully hmm idea ideas indeed interesting know like lol love mean nice nope oh ok okay opinion
personally point probably question questions reply right say sense sounds statement statements stuff support suppose
sure thank thanks thing things think totally true truth wish wow wrong yeah yep yes

bin danke einverstanden finde find falsch frage gefällt genau gut gute guter hallo idee ideen ja klar meine meinung
meinungen nein quatsch richtig sehe sinnvoll stimmt stimme stimmen super toll unterstütze unterstützen wichtig
wichtige zustimmen zustimmung genauso

acuerdo bueno buena claro correcto creo desacuerdo estoy excelente gusta hola idea opinión pienso pregunta sé
totalmente verdad

accord absolument bon bonjour bonne bonsoir crois désaccord exact excellente idée merci non oui pense penser question
sais salut sûr tort trouve vrai

accordo assolutamente buona buono bravo certo ciao concordo credo d'accordo domanda esatto giusto idea ottima ottimo
penso vero sbagliato

akkoord mee daar bedankt denk eens goed goede hallo hoi idee inderdaad ja juist klopt leuk mening oneens prima vraag
waar weet

أوافق اوافق موافق موافقة اتفق أتفق نعم شكرا مرحبا صحيح فكرة جيدة ممتازة رائعة جيد رائع اعتقد أعتقد أظن السلام عليكم
"""

_TESTS = (
    "test tests tested testing tester teste testen testfrage prueba probando essai tester prova proef asdf تجربة اختبار"
)

# Sentences beginning so lean on one before.
_LEANING = """
yes yeah it they this that these those he she him her and but or so because also then which who there its their such
ja es er sie dies diese dieser dieses das und aber oder weil also denn deshalb darum dann dadurch dort dafür damit
dabei
sonst ausserdem außerdem zudem
sí esto eso ello ellos ellas y pero o porque también entonces además
oui cela ça il elle ils elles ce et mais ou parce aussi alors puis donc
dit dat hij zij ze en maar of omdat ook dan daarom bovendien
sì questo quello esso essi e ma perché anche allora quindi inoltre
هذا هذه ذلك وهذا لكن ولكن لأن أيضا
"""

# Sentences beginning so are examples of what was said before.
_EXAMPLES = """
such as|for example|for instance|e g|eg|i e|ie|including|like|namely|especially|particularly|etc
zum beispiel|z b|zb|bsp|bspw|beispielsweise|beispiel|etwa|wie z b|wie zb|wie zum beispiel|insbesondere|nämlich|d h
por ejemplo|p ej|como|tal como|tales como|es decir|sobre todo|incluyendo
par exemple|p ex|comme|tel que|tels que|telles que|c est à dire|notamment
ad esempio|per esempio|p es|come|cioè|soprattutto
bijvoorbeeld|bijv|bv|zoals|met name
مثل|مثلا|على سبيل المثال
"""


# After these stands what somebody does or how something is; before these, of what it is said.
_BEFORE_VERBS = """
be been being is are was were to i we you they should would could will can must cannot don t not let lets please who
shall might never always
ist sind sein werden sollen sollte müssen muss kann wir man ich zu nicht
es son ser estar está están debe deben debería deberían quiero queremos puede pueden no se
est sont être faut doit doivent devrait devraient ne nous on je ils veux peut peuvent
è sono essere deve devono dovrebbe dovrebbero voglio vogliamo può possono non si
is zijn te wij we ik moet moeten kan kunnen zou zouden wil niet
يجب أن لا لن لم نريد أريد
"""
_BEHIND_NOUNS = """
is are was were should would could will can must has have had does do isn aren don doesn shouldn won can cannot need
needs
ist sind war waren soll sollen sollte sollten muss müssen müsste kann können darf dürfen wird werden hat haben braucht
es son está están debe deben debería deberían puede pueden tiene tienen
est sont doit doivent devrait devraient peut peuvent a ont
è sono deve devono dovrebbe dovrebbero può possono ha hanno
is zijn moet moeten kan kunnen mag mogen zou zouden heeft hebben
"""
BEFORE_VERBS = frozenset(_BEFORE_VERBS.split())
BEHIND_NOUNS = frozenset(_BEHIND_NOUNS.split())

SMALL = frozenset(_SMALL.split())
ENGLISH = frozenset(_SMALL.split("\n\n")[0].split())
NODS = frozenset(_NODS.split())
TESTS = frozenset(_TESTS.split())
CARRIES_NOTHING = SMALL | NODS | TESTS
LEANING = frozenset(_LEANING.split())
EXAMPLES = frozenset(tuple(phrase.split()) for line in _EXAMPLES.split("\n") for phrase in line.split("|") if phrase)


def is_example(spoken: Sequence[str]) -> bool:
    """Whether a sentence of these words begins as an example of what was said before it.

    >>> is_example(["such", "as", "concerts"]), is_example(["concerts", "such", "as", "this"])
    (True, False)
    """
    return any(tuple(spoken[:length]) in EXAMPLES for length in (1, 2, 3))


def carrying(spoken: Sequence[str]) -> list[str]:
    """The words that carry a subject: no small words, nods, tests, digits or single letters.

    >>> carrying(["yes", "i", "agree"]), carrying(["the", "bus", "is", "late"])
    ([], ['bus', 'late'])
    """
    return [word for word in spoken if len(word) > 1 and not word.isdecimal() and word not in CARRIES_NOTHING]
