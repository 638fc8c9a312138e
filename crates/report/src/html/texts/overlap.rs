//! Persons that the sources share.

use crate::locale::texts;

texts! {
    TITLE = {
        en: "Persons by source",
        sv: "Personer per källa",
        nb: "Personer per kilde",
        de: "Personen je Quelle",
    };
    LEAD = {
        en: "Whoever was seen in several sources is one person in all figures; filters take no part here.",
        sv: "Den som setts i flera källor är en och samma person i alla siffror; filter har ingen inverkan här.",
        nb: "Den som er sett i flere kilder, er én og samme person i alle tall; filtre har ingen virkning her.",
        de: "Wer in mehreren Quellen gesehen wurde, ist in allen Zahlen eine einzige Person; Filter wirken hier nicht.",
    };
    SOURCES_CAPTION = {
        en: "Persons with at least one event of the source, and events without any identifier.",
        sv: "Personer med minst en händelse ur källan, och händelser helt utan identifierare.",
        nb: "Personer med minst én hendelse fra kilden, og hendelser helt uten identifikator.",
        de: "Personen mit mindestens einem Ereignis der Quelle, und Ereignisse ganz ohne Kennung.",
    };
    PAIRS_CAPTION = {
        en: "Persons seen in both sources, and their share of the persons of each.",
        sv: "Personer som setts i båda källorna, och deras andel av personerna i var och en.",
        nb: "Personer som er sett i begge kildene, og deres andel av personene i hver av dem.",
        de: "Personen, die in beiden Quellen gesehen wurden, und ihr Anteil an den Personen jeder Quelle.",
    };
    SOURCE = { en: "Source", sv: "Källa", nb: "Kilde", de: "Quelle" };
    IDENTIFIERS = { en: "Knows people by", sv: "Känner igen personer på", nb: "Kjenner igjen personer på", de: "Erkennt Personen an" };
    PERSONS = { en: "Persons", sv: "Personer", nb: "Personer", de: "Personen" };
    OF_NOBODY = { en: "Events of nobody", sv: "Händelser utan person", nb: "Hendelser uten person", de: "Ereignisse ohne Person" };
    FIRST = { en: "Source", sv: "Källa", nb: "Kilde", de: "Quelle" };
    SECOND = { en: "Other source", sv: "Annan källa", nb: "Annen kilde", de: "Andere Quelle" };
    BOTH = { en: "Seen in both", sv: "Sedda i båda", nb: "Sett i begge", de: "In beiden gesehen" };
    OF_FIRST = { en: "Of the first", sv: "Av den första", nb: "Av den første", de: "Der ersten" };
    OF_SECOND = { en: "Of the second", sv: "Av den andra", nb: "Av den andre", de: "Der zweiten" };
    APART = {
        en: "0 of {0} persons of {1} and 0 of {2} of {3}: these sources share no identifier, so nobody can be followed from one to the other. Give both the same one (a login, an e-mail address), or compare them by page.",
        sv: "0 av {0} personer i {1} och 0 av {2} i {3}: källorna har ingen gemensam identifierare, så ingen kan följas från den ena till den andra. Ge båda samma (ett inloggnings-id, en e-postadress), eller jämför dem per sida.",
        nb: "0 av {0} personer i {1} og 0 av {2} i {3}: kildene har ingen felles identifikator, så ingen kan følges fra den ene til den andre. Gi begge den samme (en innloggings-id, en e-postadresse), eller sammenlign dem per side.",
        de: "0 von {0} Personen von {1} und 0 von {2} von {3}: Diese Quellen haben keine gemeinsame Kennung, so dass niemandem von der einen zur anderen gefolgt werden kann. Geben Sie beiden dieselbe (ein Login, eine E-Mail-Adresse), oder vergleichen Sie sie nach Seiten.",
    };
    MANY_APART = {
        en: "{0} pairs share nobody: these sources share no identifier, so nobody can be followed from one to the other. Give them the same one (a login, an e-mail address), or compare them by page.",
        sv: "{0} par har ingen gemensam person: källorna har ingen gemensam identifierare, så ingen kan följas från den ena till den andra. Ge dem samma (ett inloggnings-id, en e-postadress), eller jämför dem per sida.",
        nb: "{0} par har ingen felles person: kildene har ingen felles identifikator, så ingen kan følges fra den ene til den andre. Gi dem den samme (en innloggings-id, en e-postadresse), eller sammenlign dem per side.",
        de: "{0} Paare haben keine gemeinsame Person: Diese Quellen haben keine gemeinsame Kennung, so dass niemandem von der einen zur anderen gefolgt werden kann. Geben Sie ihnen dieselbe (ein Login, eine E-Mail-Adresse), oder vergleichen Sie sie nach Seiten.",
    };
}
