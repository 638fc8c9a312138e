//! Overview: days, events, channels and pages.

use crate::locale::texts;

texts! {
    TITLE = { en: "Overview", sv: "Översikt", nb: "Oversikt", de: "Überblick" };
    LEAD = {
        en: "How much is going on from day to day, what people do, where they come from and where they leave.",
        sv: "Hur mycket som händer från dag till dag, vad människor gör, varifrån de kommer och var de lämnar.",
        nb: "Hvor mye som skjer fra dag til dag, hva folk gjør, hvor de kommer fra og hvor de forlater.",
        de: "Wie viel von Tag zu Tag geschieht, was die Leute tun, woher sie kommen und wo sie gehen.",
    };
    NO_DAYS = {
        en: "There is no day with an event.",
        sv: "Det finns ingen dag med en händelse.",
        nb: "Det finnes ingen dag med en hendelse.",
        de: "Es gibt keinen Tag mit einem Ereignis.",
    };
    BY_DAY = { en: "{0} by day", sv: "{0} per dag", nb: "{0} per dag", de: "{0} je Tag" };
    DAYS_CAPTION = {
        en: "One column per day of the report zone; the number above is that of the highest.",
        sv: "En stapel per dag i rapportens tidszon; talet ovanför är den högsta stapelns.",
        nb: "Én søyle per dag i rapportens tidssone; tallet over er den høyeste søylens.",
        de: "Eine Säule je Tag in der Zeitzone des Berichts; die Zahl darüber ist die der höchsten.",
    };
    DAYS_SKIPPED = {
        en: "The last {0} days are shown; {1} earlier ones are in the JSON document.",
        sv: "De senaste {0} dagarna visas; {1} tidigare finns i JSON-dokumentet.",
        nb: "De siste {0} dagene vises; {1} tidligere finnes i JSON-dokumentet.",
        de: "Gezeigt werden die letzten {0} Tage; {1} frühere stehen im JSON-Dokument.",
    };
    DAY_TABLE_CAPTION = {
        en: "A user of two days counts on both. A session counts on the day it began, an event on its own.",
        sv: "En användare som kom två dagar räknas båda dagarna. En session räknas den dag den började, en händelse på sin egen dag.",
        nb: "En bruker som kom to dager, telles begge dagene. En økt telles den dagen den begynte, en hendelse på sin egen dag.",
        de: "Wer an zwei Tagen kommt, zählt an beiden. Eine Sitzung zählt am Tag ihres Beginns, ein Ereignis an seinem eigenen.",
    };
    DAY = { en: "Day", sv: "Dag", nb: "Dag", de: "Tag" };
    USERS = { en: "Users", sv: "Användare", nb: "Brukere", de: "Nutzer" };
    NEW_USERS = { en: "New", sv: "Nya", nb: "Nye", de: "Neu" };
    SESSIONS = { en: "Sessions", sv: "Sessioner", nb: "Økter", de: "Sitzungen" };
    ENGAGED = { en: "Engaged", sv: "Engagerade", nb: "Engasjerte", de: "Engagiert" };
    EVENTS = { en: "Events", sv: "Händelser", nb: "Hendelser", de: "Ereignisse" };
    VIEWS = { en: "Views", sv: "Visningar", nb: "Visninger", de: "Aufrufe" };
    KEY_EVENTS = { en: "Key events", sv: "Viktiga händelser", nb: "Viktige hendelser", de: "Schlüsselereignisse" };
    PURCHASES = { en: "Purchases", sv: "Köp", nb: "Kjøp", de: "Käufe" };
    REVENUE = { en: "Revenue", sv: "Intäkter", nb: "Inntekter", de: "Umsatz" };
    TOP_EVENTS = { en: "Most frequent events", sv: "Vanligaste händelserna", nb: "Vanligste hendelser", de: "Häufigste Ereignisse" };
    EVENT = { en: "Event", sv: "Händelse", nb: "Hendelse", de: "Ereignis" };
    EVENTS_CAPTION = {
        en: "The bar is the share of all events; a user counts once per event name.",
        sv: "Stapeln är andelen av alla händelser; en användare räknas en gång per händelsenamn.",
        nb: "Søylen er andelen av alle hendelser; en bruker telles én gang per hendelsesnavn.",
        de: "Der Balken ist der Anteil an allen Ereignissen; ein Nutzer zählt einmal je Ereignisname.",
    };
    VALUE_ONE = { en: "value", sv: "värde", nb: "verdi", de: "Wert" };
    VALUE_MANY = { en: "values", sv: "värden", nb: "verdier", de: "Werte" };
    CHANNELS = { en: "Channels", sv: "Kanaler", nb: "Kanaler", de: "Kanäle" };
    CHANNEL = { en: "Channel", sv: "Kanal", nb: "Kanal", de: "Kanal" };
    LANDING_PAGES = { en: "Landing pages", sv: "Landningssidor", nb: "Landingssider", de: "Einstiegsseiten" };
    EXIT_PAGES = { en: "Exit pages", sv: "Utgångssidor", nb: "Utgangssider", de: "Ausstiegsseiten" };
    PAGE = { en: "Page", sv: "Sida", nb: "Side", de: "Seite" };
    VISITS_CAPTION = {
        en: "The bar is the share of all sessions; engaged ones are out of the row's.",
        sv: "Stapeln är andelen av alla sessioner; engagerade är av radens egna.",
        nb: "Søylen er andelen av alle økter; engasjerte er av radens egne.",
        de: "Der Balken ist der Anteil an allen Sitzungen; engagierte zählen von denen der Zeile.",
    };
    EXITS_CAPTION = {
        en: "The page on which sessions ended. The bar is the share of all sessions.",
        sv: "Sidan där sessioner slutade. Stapeln är andelen av alla sessioner.",
        nb: "Siden der økter sluttet. Søylen er andelen av alle økter.",
        de: "Die Seite, auf der Sitzungen endeten. Der Balken ist der Anteil an allen Sitzungen.",
    };
    FIRST_VISIT = {
        en: "the data reports their first visit",
        sv: "underlaget anger deras första besök",
        nb: "dataene oppgir deres første besøk",
        de: "die Daten melden ihren ersten Besuch",
    };
    FIRST_EVENT = {
        en: "nothing earlier of them in the data",
        sv: "inget tidigare av dem i underlaget",
        nb: "ingenting tidligere av dem i dataene",
        de: "nichts Früheres von ihnen in den Daten",
    };
    ENGAGED_FOREGROUND = {
        en: "{0} in the foreground, two views or a key event",
        sv: "{0} i förgrunden, två visningar eller en viktig händelse",
        nb: "{0} i forgrunnen, to visninger eller en viktig hendelse",
        de: "{0} im Vordergrund, zwei Aufrufe oder ein Schlüsselereignis",
    };
    ENGAGED_LONG = {
        en: "{0} long, two views or a key event",
        sv: "{0} lång, två visningar eller en viktig händelse",
        nb: "{0} lang, to visninger eller en viktig hendelse",
        de: "{0} lang, zwei Aufrufe oder ein Schlüsselereignis",
    };
}
