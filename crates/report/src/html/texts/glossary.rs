//! What the words on the page mean.

use crate::locale::texts;

texts! {
    TITLE = { en: "Glossary", sv: "Ordlista", nb: "Ordliste", de: "Glossar" };

    ACTOR = { en: "Actor", sv: "Aktör", nb: "Aktør", de: "Akteur" };
    ACTOR_MEANING = {
        en: "Whoever a row's identifiers stand for: a login, a contact or, without these, a device or browser.",
        sv: "Den som radens identifierare står för: en inloggning, en kontakt eller, om de saknas, en enhet eller webbläsare.",
        nb: "Den som radens identifikatorer står for: en innlogging, en kontakt eller, uten disse, en enhet eller nettleser.",
        de: "Für wen die Kennungen einer Zeile stehen: eine Anmeldung, ein Kontakt oder, ohne diese, ein Gerät oder Browser.",
    };
    EVENT = { en: "Event", sv: "Händelse", nb: "Hendelse", de: "Ereignis" };
    EVENT_MEANING = {
        en: "One row of the log with an actor, a time and a name.",
        sv: "En rad i loggen med en aktör, en tidpunkt och ett namn.",
        nb: "En rad i loggen med en aktør, et tidspunkt og et navn.",
        de: "Eine Zeile des Protokolls mit einem Akteur, einem Zeitpunkt und einem Namen.",
    };
    ACTIVITY = { en: "Activity", sv: "Aktivitet", nb: "Aktivitet", de: "Aktivität" };
    ACTIVITY_MEANING = {
        en: "An event that the actor took part in. A push message or a change in the CRM is an event without activity.",
        sv: "En händelse som aktören själv deltog i. Ett pushmeddelande eller en ändring i CRM är en händelse utan aktivitet.",
        nb: "En hendelse som aktøren selv deltok i. En push-melding eller en endring i CRM er en hendelse uten aktivitet.",
        de: "Ein Ereignis, an dem der Akteur selbst beteiligt war. Eine Push-Nachricht oder eine Änderung im CRM ist ein Ereignis ohne Aktivität.",
    };
    SESSION = { en: "Session", sv: "Session", nb: "Økt", de: "Sitzung" };
    SESSION_MEANING = {
        en: "A run of one actor's activity without a gap longer than the settings say.",
        sv: "En följd av en aktörs aktivitet utan längre uppehåll än inställningarna anger.",
        nb: "En rekke aktivitet hos én aktør uten lengre opphold enn innstillingene sier.",
        de: "Eine Folge von Aktivität eines Akteurs ohne längere Pause, als die Einstellungen angeben.",
    };
    PHASE = { en: "Phase", sv: "Fas", nb: "Fase", de: "Phase" };
    PHASE_MEANING = {
        en: "A stage of the journey that a rule assigned to an event. The first rule that matches decides.",
        sv: "En del av resan som en regel gav en händelse. Den första regeln som träffar avgör.",
        nb: "En del av reisen som en regel ga en hendelse. Den første regelen som treffer, avgjør.",
        de: "Ein Abschnitt der Reise, den eine Regel einem Ereignis zugeordnet hat. Die erste zutreffende Regel entscheidet.",
    };
    VISIT = { en: "Visit", sv: "Besök", nb: "Besøk", de: "Besuch" };
    VISIT_MEANING = {
        en: "A run of one actor's events in one phase. Events that no rule matches neither break nor begin one.",
        sv: "En följd av en aktörs händelser i en fas. Händelser som ingen regel träffar varken bryter eller börjar ett besök.",
        nb: "En rekke hendelser hos én aktør i én fase. Hendelser som ingen regel treffer, verken bryter eller begynner et besøk.",
        de: "Eine Folge von Ereignissen eines Akteurs in einer Phase. Ereignisse, auf die keine Regel zutrifft, unterbrechen und beginnen keinen Besuch.",
    };
    MOVED_ON = { en: "Moved on", sv: "Gick vidare", nb: "Gikk videre", de: "Weitergezogen" };
    MOVED_ON_MEANING = {
        en: "Was seen in the phase, but last in another one.",
        sv: "Sågs i fasen, men senast i en annan.",
        nb: "Ble sett i fasen, men sist i en annen.",
        de: "Wurde in der Phase gesehen, zuletzt aber in einer anderen.",
    };
    LOST = { en: "Lost", sv: "Tappade", nb: "Mistet", de: "Verloren" };
    LOST_MEANING = {
        en: "The journey ended in this phase before the goal was reached: no activity for longer than the settings say.",
        sv: "Resan slutade i fasen innan målet nåddes: ingen aktivitet längre än inställningarna anger.",
        nb: "Reisen sluttet i fasen før målet ble nådd: ingen aktivitet på lengre tid enn innstillingene sier.",
        de: "Die Reise endete in dieser Phase, bevor das Ziel erreicht war: länger ohne Aktivität, als die Einstellungen angeben.",
    };
    ENDED = { en: "Ended here", sv: "Avslutade här", nb: "Sluttet her", de: "Hier beendet" };
    ENDED_MEANING = {
        en: "The journey ended in this phase after the goal had been reached.",
        sv: "Resan slutade i fasen efter att målet hade nåtts.",
        nb: "Reisen sluttet i fasen etter at målet var nådd.",
        de: "Die Reise endete in dieser Phase, nachdem das Ziel erreicht war.",
    };
    STILL_OPEN = { en: "Still open", sv: "Ännu öppen", nb: "Fortsatt åpen", de: "Noch offen" };
    STILL_OPEN_MEANING = {
        en: "Last seen in this phase, and not silent for long enough to say that the journey is over.",
        sv: "Sågs senast i fasen och har inte varit tyst så länge att resan kan sägas vara över.",
        nb: "Sist sett i fasen og ikke stille lenge nok til å si at reisen er over.",
        de: "Zuletzt in dieser Phase gesehen und noch nicht lange genug still, um die Reise für beendet zu erklären.",
    };
    REACHED = { en: "Reached", sv: "Nådde hit", nb: "Nådde hit", de: "Erreicht" };
    REACHED_MEANING = {
        en: "Got to this step of the funnel in order and in time. Each is counted once, with its furthest step.",
        sv: "Kom till det här steget i tratten i ordning och i tid. Var och en räknas en gång, med sitt sista steg.",
        nb: "Kom til dette steget i trakten i rekkefølge og i tide. Hver telles én gang, med sitt ytterste steg.",
        de: "Kam in der Reihenfolge und in der Frist zu diesem Schritt des Trichters. Gezählt wird einmal, mit dem weitesten Schritt.",
    };
    STOPPED = { en: "Stopped here", sv: "Slutade här", nb: "Stoppet her", de: "Hier abgebrochen" };
    STOPPED_MEANING = {
        en: "Reached this step and no further, and the time for going on is over.",
        sv: "Nådde steget men inte längre, och tiden för att gå vidare är ute.",
        nb: "Nådde steget, men ikke lenger, og tiden for å gå videre er ute.",
        de: "Hat diesen Schritt und keinen weiteren erreicht, und die Frist zum Weitergehen ist abgelaufen.",
    };
    IN_TIME = { en: "Still in time", sv: "Har tid kvar", nb: "Har tid igjen", de: "Frist läuft noch" };
    IN_TIME_MEANING = {
        en: "Reached this step and no further yet, but the time for going on is not over when the data ends.",
        sv: "Nådde steget och inte längre än så, men tiden för att gå vidare är inte ute när underlaget slutar.",
        nb: "Nådde steget og ikke lenger ennå, men tiden for å gå videre er ikke ute når dataene slutter.",
        de: "Hat diesen Schritt und noch keinen weiteren erreicht, aber die Frist zum Weitergehen läuft am Ende der Daten noch.",
    };
    CONVERSION_MEANING = {
        en: "Those who reached the last step out of those who reached the first.",
        sv: "De som nådde sista steget av dem som nådde det första.",
        nb: "De som nådde siste steg av dem som nådde det første.",
        de: "Jene, die den letzten Schritt erreicht haben, unter jenen, die den ersten erreicht haben.",
    };
    MEDIAN_MEANING = {
        en: "The value that half of the list does not exceed; always a value of the list itself.",
        sv: "Det värde som halva listan inte överskrider; alltid ett värde ur listan själv.",
        nb: "Verdien som halve listen ikke overstiger; alltid en verdi fra listen selv.",
        de: "Der Wert, den die Hälfte der Liste nicht überschreitet; immer ein Wert der Liste selbst.",
    };
    UNDEFINED_MEANING = {
        en: "Undefined: there is nothing to divide by or to take a median of. It never means zero.",
        sv: "Odefinierat: det finns inget att dela med eller ta medianen av. Det betyder aldrig noll.",
        nb: "Udefinert: det finnes ikke noe å dele på eller ta medianen av. Det betyr aldri null.",
        de: "Nicht definiert: Es gibt nichts, wodurch zu teilen oder wovon ein Median zu bilden wäre. Es bedeutet nie null.",
    };
}
