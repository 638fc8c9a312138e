//! Are changes those that one sees when the exports lie side by side?

use super::*;

const DAY: i64 = 86_400_000_000;

fn columns() -> SnapshotColumns {
    let one = |name: &str| vec![name.to_owned()];
    SnapshotColumns {
        key: one("Record ID"),
        stage: vec!["Lifecycle Stage".to_owned(), "Stage".to_owned()],
        email: one("Email"),
        person: Vec::new(),
        keep: one("Amount"),
    }
}

fn rules(object: &str) -> SnapshotRules {
    SnapshotRules { object: object.to_owned(), ..SnapshotRules::default() }
}

fn snapshot(day: i64, text: &str) -> Snapshot {
    read(&format!("{day}.csv"), day * DAY, text, &columns()).unwrap()
}

fn told(changes: &Changes) -> Vec<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let row = |change: &Change| {
        let (since, time) = (change.since_us / DAY, change.time_us / DAY);
        format!(
            "{since}-{time} {} {} {}>{} {}",
            change.event,
            change.crm_id,
            or(&change.from),
            or(&change.stage),
            change.outcome.unwrap_or("-")
        )
    };
    changes.rows.iter().map(row).collect()
}

#[test]
fn records_come_change_go_and_come_again() {
    let first =
        snapshot(1, "Record ID,Email,Lifecycle Stage,Amount\n1,a@x,Lead,10\n2,b@x,Lead,\n10,,Lead,\n3,,Customer,\n");
    // The column was renamed, the order is another, one stage is missing.
    let second = snapshot(8, "Stage;Record ID;Email;Amount\nCustomer;2;b@x;7\n;10;;\nLead;1;a@x;10\nLead;4;;\n");
    let third = snapshot(
        15,
        "Record ID,Email,Stage,Amount\n1,a@x,Closed lost,1\n2,b@x,Customer,\n10,,Opportunity,\n3,,Customer,\n",
    );
    let found = changes(vec![third, first, second], &rules("contact")).unwrap();
    assert_eq!(
        told(&found),
        [
            "1-8 stage_changed 2 Lead>Customer -",
            "1-8 record_disappeared 3 Customer>- -",
            "1-8 contact_created 4 ->Lead -",
            "8-15 stage_changed 1 Lead>Closed lost lost",
            "1-15 record_reappeared 3 Customer>Customer -",
            "8-15 record_disappeared 4 Lead>- -",
            "1-15 stage_changed 10 Lead>Opportunity -",
        ]
    );
    assert_eq!((found.known_at_first, found.known_at_last), (4, 4));
    assert_eq!((found.rows[0].email.as_deref(), found.rows[0].kept[0].as_deref()), (Some("b@x"), Some("7")));
}

#[test]
fn a_deal_is_no_contact_and_belongs_to_the_first_that_it_names() {
    let columns = SnapshotColumns { person: vec!["Contacts".to_owned()], ..columns() };
    let at = |day: i64, text: &str| read("d.csv", day * DAY, text, &columns).unwrap();
    let first = at(1, "Record ID,Stage,Contacts,Amount\n7,New,51;52,1\n8,New,,1\n");
    let second = at(2, "Record ID,Stage,Contacts,Amount\n7,Closed won,51,1\n8,Sold,,1\n");
    let rules = SnapshotRules { won: vec!["sold".to_owned()], ..rules("deal") };
    let found = changes(vec![first, second], &rules).unwrap();
    assert_eq!(told(&found), ["1-2 stage_changed 51 New>Closed won -", "1-2 stage_changed deal 8 New>Sold won"]);
}

#[test]
fn one_name_is_settled_for_all_exports() {
    let names = ["Stage", "Status"].map(str::to_owned);
    let settled = |texts: &[&str]| settled(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), &names);
    assert_eq!(settled(&["\u{feff}Id;status\n", "Id,Status\n"]), ["Status"]);
    assert_eq!(settled(&["Id;status\n", "Id,Status,Stage\n"]), ["Stage"]);
    assert_eq!(settled(&["Id,Status,Stage\n", "Stage\n"]), ["Stage"]);
    assert_eq!(settled(&["Id,Status\n", "Stage\n"]), ["Stage"]);
    assert_eq!(settled(&["", "x"]), names);
}

#[test]
fn lines_that_can_not_be_taken_are_named() {
    let text = "Record ID,Stage,Amount\n1,Lead,\n,Lead,\n1,Lead,\n\n2\n3,,\n\"4\nx\",,\n";
    let found = read("a.csv", 0, text, &columns()).unwrap();
    assert_eq!(found.records.len(), 3);
    assert_eq!(
        found.warnings,
        [
            "a.csv: line 6: left out, with more or fewer fields than the header",
            "a.csv: line 3: left out, without a key",
            "a.csv: line 7, 8: without a stage: the stage known before is taken to hold",
            "a.csv: line 4: left out: the record stands above with the same stage",
        ]
    );
    assert_eq!(
        read("a.csv", 0, "Record ID,Stage\n1,Lead\n", &columns()).unwrap().warnings,
        ["a.csv: no column is called `Amount`"]
    );
}

#[test]
fn what_can_not_be_compared_is_an_error_with_file_and_line() {
    let error = |text: &str| read("a.csv", 0, text, &columns()).unwrap_err().to_string();
    let renamed = error("Record ID,Lifecycle Stag\n1,Lead\n");
    assert!(
        renamed.starts_with("a.csv:1: no column for the stage") && renamed.contains("did you mean `Lifecycle Stag`"),
        "{renamed}"
    );
    let twice = error("Record ID,Stage\n1,Lead\n2,Lead\n1,Customer\n");
    assert!(twice.starts_with("a.csv:4: the record `1`") && twice.contains("line 2 with `Lead`"), "{twice}");
    assert!(error("").contains("it is empty"));
    let same = changes(vec![snapshot(1, "Record ID,Stage\n"), snapshot(1, "Record ID,Stage\n")], &rules("contact"));
    assert!(same.unwrap_err().to_string().contains("same time"));
}

#[test]
fn the_table_has_a_row_per_change() {
    let first = snapshot(1, "Record ID,Stage,Amount\n1,Lead,\n");
    let second = snapshot(2, "Record ID,Stage,Amount\n1,Customer,9\n");
    let found = changes(vec![first, second], &rules("contact")).unwrap();
    let mut bytes = Vec::new();
    crate::write_csv(&table(&found, &rules("contact"), &columns()).unwrap(), &mut bytes).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "time,event,crm_id,email,stage,from,outcome,since,object,record,Amount\n\
        1970-01-03T00:00:00.000000Z,stage_changed,1,,Customer,Lead,,1970-01-02T00:00:00.000000Z,contact,1,9\n"
    );
}
