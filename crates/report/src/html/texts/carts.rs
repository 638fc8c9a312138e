//! Carts and what became of them.

use crate::locale::texts;

texts! {
    TITLE = { en: "Carts", sv: "Varukorgar", nb: "Handlekurver", de: "Warenkörbe" };
    LEAD = {
        en: "A cart is abandoned after {0} without activity. A purchase within {1} of its last activity still recovers it.",
        sv: "En varukorg är övergiven efter {0} utan aktivitet. Ett köp inom {1} från den sista aktiviteten räddar den ändå.",
        nb: "En handlekurv er forlatt etter {0} uten aktivitet. Et kjøp innen {1} fra den siste aktiviteten redder den likevel.",
        de: "Ein Warenkorb gilt nach {0} ohne Aktivität als verlassen. Ein Kauf binnen {1} nach der letzten Aktivität rettet ihn noch.",
    };
    NOTHING = {
        en: "No cart was opened. Which events fill one is set under [carts] in kundresa.toml.",
        sv: "Ingen varukorg öppnades. Vilka händelser som fyller en anges under [carts] i kundresa.toml.",
        nb: "Ingen handlekurv ble åpnet. Hvilke hendelser som fyller en, angis under [carts] i kundresa.toml.",
        de: "Es wurde kein Warenkorb eröffnet. Welche Ereignisse einen füllen, steht unter [carts] in kundresa.toml.",
    };
    CARTS = { en: "Carts", sv: "Varukorgar", nb: "Handlekurver", de: "Warenkörbe" };
    OUTCOME = { en: "Outcome", sv: "Utfall", nb: "Utfall", de: "Ausgang" };
    PURCHASED = { en: "Bought in time", sv: "Köpta i tid", nb: "Kjøpt i tide", de: "Rechtzeitig gekauft" };
    EMPTIED = { en: "Emptied again", sv: "Tömda igen", nb: "Tømt igjen", de: "Wieder geleert" };
    ABANDONED = { en: "Abandoned", sv: "Övergivna", nb: "Forlatt", de: "Verlassen" };
    OPEN = { en: "Open when the data ends", sv: "Öppna när underlaget slutar", nb: "Åpne når dataene slutter", de: "Offen am Ende der Daten" };
    RECOVERED = { en: "Bought later", sv: "Köpta senare", nb: "Kjøpt senere", de: "Später gekauft" };
    EMPTIED_LATER = { en: "Emptied later", sv: "Tömda senare", nb: "Tømt senere", de: "Später geleert" };
    LOST = { en: "Lost for good", sv: "Förlorade", nb: "Tapt", de: "Endgültig verloren" };
    RECOVERY_OPEN = { en: "May still be bought", sv: "Kan ännu köpas", nb: "Kan ennå kjøpes", de: "Kann noch gekauft werden" };
    OPENED = { en: "Opened", sv: "Öppnade", nb: "Åpnet", de: "Eröffnet" };
    ABANDONMENT_RATE = { en: "Abandoned, of those that are over", sv: "Övergivna, av dem som är över", nb: "Forlatt, av dem som er over", de: "Verlassen, von den beendeten" };
    OF_OPENED = { en: "What became of {0} carts", sv: "Vad det blev av {0} varukorgar", nb: "Hva det ble av {0} handlekurver", de: "Was aus {0} Warenkörben wurde" };
    OF_ABANDONED = {
        en: "What became of the {0} that were abandoned",
        sv: "Vad det blev av de {0} som övergavs",
        nb: "Hva det ble av de {0} som ble forlatt",
        de: "Was aus den {0} verlassenen wurde",
    };
    OUTCOMES_CAPTION = {
        en: "Shares of outcomes are of the carts that are over; those of abandoned carts are of all abandoned ones.",
        sv: "Utfallens andelar är av de varukorgar som är över; de övergivnas är av alla övergivna.",
        nb: "Utfallenes andeler er av handlekurvene som er over; de forlattes er av alle forlatte.",
        de: "Anteile der Ausgänge gelten für die beendeten Warenkörbe; die der verlassenen für alle verlassenen.",
    };
    PURCHASES = {
        en: "Purchases: {0}. Of these, {1} of carts in time, {2} of carts abandoned before, {3} without a cart.",
        sv: "Köp: {0}. Av dessa {1} av varukorgar i tid, {2} av tidigare övergivna och {3} utan varukorg.",
        nb: "Kjøp: {0}. Av disse {1} av handlekurver i tide, {2} av tidligere forlatte og {3} uten handlekurv.",
        de: "Käufe: {0}. Davon {1} aus Warenkörben zur rechten Zeit, {2} aus zuvor verlassenen, {3} ohne Warenkorb.",
    };
    RECOVERY = {
        en: "Recovery rate: {0} abandoned carts whose time to be recovered is over.",
        sv: "Räddade: {0} övergivna varukorgar vars tid att räddas är över.",
        nb: "Reddet: {0} forlatte handlekurver der tiden for å bli reddet er over.",
        de: "Gerettet: {0} verlassenen Warenkörben, deren Frist dafür vorbei ist.",
    };
    VALUE = { en: "Value", sv: "Värde", nb: "Verdi", de: "Wert" };
    VALUE_CAPTION = {
        en: "Amounts of different currencies are never added.",
        sv: "Belopp i olika valutor läggs aldrig ihop.",
        nb: "Beløp i ulike valutaer legges aldri sammen.",
        de: "Beträge verschiedener Währungen werden nie addiert.",
    };
    WITHOUT_VALUE = {
        en: "Carts without a value in one currency: {0}.",
        sv: "Varukorgar utan värde i en enda valuta: {0}.",
        nb: "Handlekurver uten verdi i én valuta: {0}.",
        de: "Warenkörbe ohne Wert in einer einzigen Währung: {0}.",
    };
    CURRENCY = { en: "Currency", sv: "Valuta", nb: "Valuta", de: "Währung" };
    AT_LARGEST = { en: "Worth at their largest", sv: "Värde som störst", nb: "Verdi på det største", de: "Wert im Höchststand" };
    LEFT = { en: "Abandoned", sv: "Övergivna", nb: "Forlatt", de: "Verlassen" };
    WORTH_WHEN_LEFT = { en: "Worth when abandoned", sv: "Värde när de övergavs", nb: "Verdi da de ble forlatt", de: "Wert beim Verlassen" };
    RECOVERED_VALUE = { en: "Recovered of this", sv: "Räddat av detta", nb: "Reddet av dette", de: "Davon gerettet" };
    ITEMS = { en: "Items", sv: "Varor", nb: "Varer", de: "Artikel" };
    ITEM = { en: "Item", sv: "Vara", nb: "Vare", de: "Artikel" };
    ITEM_ONE = { en: "item", sv: "vara", nb: "vare", de: "Artikel" };
    ITEM_MANY = { en: "items", sv: "varor", nb: "varer", de: "Artikel" };
    SEEN_BY = { en: "Viewed by actors", sv: "Sedd av aktörer", nb: "Sett av aktører", de: "Angesehen von Akteuren" };
    ADDED = { en: "Units added", sv: "Tillagda enheter", nb: "Enheter lagt til", de: "Hineingelegte Stück" };
    BOUGHT = { en: "Units bought", sv: "Köpta enheter", nb: "Kjøpte enheter", de: "Gekaufte Stück" };
    UNITS_LEFT = { en: "Units left", sv: "Kvarlämnade enheter", nb: "Etterlatte enheter", de: "Liegen gelassene Stück" };
    LEFT_BY = { en: "Left by actors", sv: "Lämnad av aktörer", nb: "Etterlatt av aktører", de: "Liegen gelassen von Akteuren" };
    ITEMS_CAPTION = {
        en: "By falling units left: in abandoned carts that no purchase took. The bar compares them with the most units added.",
        sv: "Efter fallande kvarlämnade enheter: i övergivna varukorgar som inget köp tog. Stapeln jämför dem med flest tillagda enheter.",
        nb: "Etter fallende etterlatte enheter: i forlatte handlekurver som intet kjøp tok. Søylen sammenligner dem med flest enheter lagt til.",
        de: "Nach fallender Zahl liegen gelassener Stück: in verlassenen Warenkörben, die kein Kauf aufnahm. Der Balken vergleicht sie mit den meisten hineingelegten.",
    };
    STEPS = { en: "Furthest step", sv: "Längsta steg", nb: "Lengste steg", de: "Weitester Schritt" };
    STEP = { en: "Step", sv: "Steg", nb: "Steg", de: "Schritt" };
    STEPS_CAPTION = {
        en: "How far carts came before their outcome. The bar is the share of all abandoned ones.",
        sv: "Hur långt varukorgarna kom före sitt utfall. Stapeln är andelen av alla övergivna.",
        nb: "Hvor langt handlekurvene kom før utfallet. Søylen er andelen av alle forlatte.",
        de: "Wie weit Warenkörbe vor ihrem Ausgang kamen. Der Balken ist der Anteil an allen verlassenen.",
    };
    STEP_ADD = { en: "Items put in", sv: "Varor lades i", nb: "Varer lagt i", de: "Artikel hineingelegt" };
    STEP_VIEW_CART = { en: "Cart viewed", sv: "Varukorgen visades", nb: "Handlekurven vist", de: "Warenkorb angesehen" };
    STEP_CHECKOUT = { en: "Checkout begun", sv: "Kassan påbörjad", nb: "Kassen påbegynt", de: "Kasse begonnen" };
    STEP_SHIPPING = { en: "Delivery chosen", sv: "Leverans vald", nb: "Levering valgt", de: "Versand gewählt" };
    STEP_PAYMENT = { en: "Payment chosen", sv: "Betalning vald", nb: "Betaling valgt", de: "Zahlung gewählt" };
    STEP_PURCHASE = { en: "Bought", sv: "Köpt", nb: "Kjøpt", de: "Gekauft" };
    STEP_VIEW_ITEM = { en: "Item viewed", sv: "Vara visad", nb: "Vare vist", de: "Artikel angesehen" };
    TIMES = { en: "Time", sv: "Tid", nb: "Tid", de: "Zeit" };
    TIMES_CAPTION = {
        en: "A value is one of the list, never in between.",
        sv: "Ett värde är alltid ett ur listan, aldrig däremellan.",
        nb: "En verdi er alltid en fra listen, aldri imellom.",
        de: "Ein Wert ist immer einer aus der Liste, nie einer dazwischen.",
    };
    BETWEEN = { en: "Between", sv: "Mellan", nb: "Mellom", de: "Zwischen" };
    MEDIAN = { en: "Median", sv: "Median", nb: "Median", de: "Median" };
    NINE_IN_TEN = { en: "9 in 10 within", sv: "9 av 10 inom", nb: "9 av 10 innen", de: "9 von 10 binnen" };
    TIME_TO_PURCHASE = { en: "First add and purchase in time", sv: "Första tillägg och köp i tid", nb: "Første tillegg og kjøp i tide", de: "Erstes Hineinlegen und rechtzeitiger Kauf" };
    TIME_TO_ABANDON = { en: "First add and abandonment", sv: "Första tillägg och övergivande", nb: "Første tillegg og at den forlates", de: "Erstes Hineinlegen und Verlassen" };
    TIME_TO_RECOVER = { en: "Abandonment and recovery", sv: "Övergivande och räddning", nb: "At den forlates og reddes", de: "Verlassen und Rettung" };
    AFTER_LEAVING = { en: "Next after abandoning", sv: "Nästa steg efter övergivandet", nb: "Neste etter at den ble forlatt", de: "Was auf das Verlassen folgte" };
    NEXT = { en: "Next event", sv: "Nästa händelse", nb: "Neste hendelse", de: "Nächstes Ereignis" };
    NEXT_CAPTION = {
        en: "The actor's very next event, whenever it came. The bar is the share of all abandoned carts.",
        sv: "Aktörens allra nästa händelse, när den än kom. Stapeln är andelen av alla övergivna varukorgar.",
        nb: "Aktørens aller neste hendelse, når den enn kom. Søylen er andelen av alle forlatte handlekurver.",
        de: "Das allernächste Ereignis des Akteurs, wann immer es kam. Der Balken ist der Anteil an allen verlassenen Warenkörben.",
    };
    NOTHING_MORE = { en: "nothing more", sv: "inget mer", nb: "ingenting mer", de: "nichts mehr" };
    SAME_SESSION = { en: "In the same session", sv: "I samma session", nb: "I samme økt", de: "In derselben Sitzung" };
    LAST_PAGE = { en: "Last page", sv: "Sista sidan", nb: "Siste side", de: "Letzte Seite" };
    PAGE = { en: "Page", sv: "Sida", nb: "Side", de: "Seite" };
    PAGES_CAPTION = {
        en: "The page of the last activity. The bar is the share of all abandoned carts.",
        sv: "Sidan för den sista aktiviteten. Stapeln är andelen av alla övergivna varukorgar.",
        nb: "Siden for den siste aktiviteten. Søylen er andelen av alle forlatte handlekurver.",
        de: "Die Seite der letzten Aktivität. Der Balken ist der Anteil an allen verlassenen Warenkörben.",
    };
    BY = { en: "By {0}", sv: "Per {0}", nb: "Per {0}", de: "Nach {0}" };
    SEGMENTS_CAPTION = {
        en: "A cart counts under the value at its opening; rows add up to the total.",
        sv: "En varukorg räknas under värdet när den öppnades; raderna summerar till totalen.",
        nb: "En handlekurv telles under verdien da den ble åpnet; radene summerer seg til totalen.",
        de: "Ein Warenkorb zählt unter dem Wert bei seiner Eröffnung; die Zeilen ergeben zusammen die Summe.",
    };
    SESSION_VIEW = { en: "As sessions count, and why it differs", sv: "Som sessioner räknar, och varför det skiljer sig", nb: "Slik økter teller, og hvorfor det avviker", de: "Wie nach Sitzungen gezählt wird, und warum es abweicht" };
    SESSION_VIEW_CAPTION = {
        en: "Web analytics counts a session with an add and no purchase. This leads from there to the carts above.",
        sv: "Webbanalys räknar en session med tillägg men utan köp. Detta leder därifrån till varukorgarna ovan.",
        nb: "Nettanalyse teller en økt med tillegg, men uten kjøp. Dette fører derfra til handlekurvene over.",
        de: "Webanalyse zählt eine Sitzung mit Hineinlegen und ohne Kauf. Dies führt von dort zu den Warenkörben oben.",
    };
    VIEW_ABANDONED = { en: "Sessions with an add and no purchase", sv: "Sessioner med tillägg men utan köp", nb: "Økter med tillegg, men uten kjøp", de: "Sitzungen mit Hineinlegen und ohne Kauf" };
    ADDED_TO_OLDER = { en: "added to a cart opened before", sv: "lade i en varukorg som öppnats tidigare", nb: "la i en handlekurv åpnet tidligere", de: "legten in einen früher eröffneten Warenkorb" };
    BOUGHT_ELSEWHERE = { en: "cart bought in time, in another session", sv: "varukorgen köptes i tid, i en annan session", nb: "handlekurven kjøpt i tide, i en annen økt", de: "Warenkorb rechtzeitig in anderer Sitzung gekauft" };
    VIEW_EMPTIED = { en: "cart emptied", sv: "varukorgen tömdes", nb: "handlekurven tømt", de: "Warenkorb geleert" };
    VIEW_OPEN = { en: "cart open when the data ends", sv: "varukorgen öppen när underlaget slutar", nb: "handlekurven åpen når dataene slutter", de: "Warenkorb am Ende der Daten offen" };
    LEFT_BESIDE = { en: "abandoned in a session that has a purchase", sv: "övergavs i en session med köp", nb: "forlatt i en økt med kjøp", de: "in einer Sitzung mit Kauf verlassen" };
    FURTHER = { en: "further abandoned carts of a session", sv: "ytterligare övergivna varukorgar i en session", nb: "ytterligere forlatte handlekurver i en økt", de: "weitere verlassene Warenkörbe einer Sitzung" };
    OUTSIDE = { en: "abandoned carts opened in no counted session", sv: "övergivna varukorgar öppnade utanför räknade sessioner", nb: "forlatte handlekurver åpnet utenfor telte økter", de: "verlassene Warenkörbe außerhalb gezählter Sitzungen" };
}
