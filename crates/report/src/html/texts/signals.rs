//! Signals by page.

use crate::locale::texts;

texts! {
    TITLE = { en: "Signals by page", sv: "Signaler per sida", nb: "Signaler per side", de: "Signale nach Seiten" };
    LEAD = {
        en: "Answers to surveys and recordings of visits beside the web's events, joined by page and nothing else: a line tells what happened on a page, not that the same people did both. A recording stands on the page that it begins on; its clicks may be on others.",
        sv: "Enkätsvar och inspelade besök bredvid webbens händelser, förenade per sida och inget annat: en rad säger vad som hände på en sida, inte att samma personer gjorde båda. En inspelning står på sidan där den börjar; klicken kan vara på andra.",
        nb: "Svar på undersøkelser og opptak av besøk ved siden av nettets hendelser, koblet per side og ikke på annen måte: en linje sier hva som skjedde på en side, ikke at de samme personene gjorde begge deler. Et opptak står på siden der det begynner; klikkene kan være på andre.",
        de: "Antworten auf Umfragen und aufgezeichnete Besuche neben den Ereignissen der Website, nur über die Seite verbunden: Eine Zeile sagt, was auf einer Seite geschah, nicht, dass dieselben Personen beides taten. Eine Aufzeichnung steht bei der Seite, auf der sie beginnt; ihre Klicks können auf anderen liegen.",
    };
    NONE = {
        en: "No page has a signal.",
        sv: "Ingen sida har någon signal.",
        nb: "Ingen side har noe signal.",
        de: "Keine Seite hat ein Signal.",
    };
    CAPTION = {
        en: "Pages with signals of {0}, most signals first. NPS is promoters (9 and 10) less detractors (0 to 6).",
        sv: "Sidor med signaler från {0}, flest signaler först. NPS är ambassadörer (9 och 10) minus kritiker (0 till 6).",
        nb: "Sider med signaler fra {0}, flest signaler først. NPS er ambassadører (9 og 10) minus kritikere (0 til 6).",
        de: "Seiten mit Signalen von {0}, die meisten Signale zuerst. NPS ist Förderer (9 und 10) minus Kritiker (0 bis 6).",
    };
    RECORDINGS_CAPTION = {
        en: "Recordings that begin on the page, and those of them with trouble, out of those that say.",
        sv: "Inspelningar som börjar på sidan, och de av dem som har problem, av dem som anger det.",
        nb: "Opptak som begynner på siden, og de av dem som har problemer, av dem som oppgir det.",
        de: "Aufzeichnungen, die auf der Seite beginnen, und die davon mit Problemen, von denen, die es angeben.",
    };
    PAGE = { en: "Page", sv: "Sida", nb: "Side", de: "Seite" };
    PERSONS = { en: "Persons", sv: "Personer", nb: "Personer", de: "Personen" };
    ANSWERS = { en: "Answers", sv: "Svar", nb: "Svar", de: "Antworten" };
    NPS = { en: "NPS", sv: "NPS", nb: "NPS", de: "NPS" };
    MEAN = { en: "Mean score", sv: "Medelbetyg", nb: "Snittkarakter", de: "Mittlere Note" };
    EMOTION = { en: "Emotion", sv: "Känsla", nb: "Følelse", de: "Gefühl" };
    RECORDINGS = { en: "Recordings", sv: "Inspelningar", nb: "Opptak", de: "Aufzeichnungen" };
    RAGE_CLICKS = { en: "Rage clicks", sv: "Ilskna klick", nb: "Sinte klikk", de: "Wutklicks" };
    U_TURNS = { en: "U-turns", sv: "U-svängar", nb: "U-svinger", de: "Kehrtwenden" };
    DEAD_CLICKS = { en: "Dead clicks", sv: "Döda klick", nb: "Døde klikk", de: "Tote Klicks" };
}
