//! Does every command stay within the screen, in Unicode and in ASCII, also where names are long?

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{root, stdout};

/// Lines longer than the screen that a command prints.
fn too_long(arguments: &[&str], columns: usize, locale: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_kundresa"))
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .env_remove("KUNDRESA_CONFIG")
        .envs([("NO_COLOR", "1"), ("COLUMNS", &columns.to_string()), ("LC_ALL", locale)])
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    assert!(!text.is_empty(), "{arguments:?}");
    text.lines().filter(|line| line.chars().count() > columns).map(str::to_owned).collect()
}

fn check(commands: &[Vec<&str>]) {
    for arguments in commands {
        for columns in [80, 60, 40] {
            for locale in ["C", "C.UTF-8"] {
                let lines = too_long(arguments, columns, locale);
                assert!(lines.is_empty(), "{columns} columns, {locale}, {arguments:?}: {lines:#?}");
            }
        }
    }
}

/// A store of the shipped sample, so that it is read only once.
fn store(folder: &Path) -> String {
    let store = folder.join("shop.store").display().to_string();
    stdout(&["load", &root().join("sample_data/webshop").display().to_string(), "--into", &store]);
    store
}

#[test]
fn no_analysis_is_wider_than_the_screen() {
    let folder = TempDir::new().expect("a folder");
    let store = store(folder.path());
    let steps = ["view_item", "add_to_cart", "begin_checkout", "purchase"];
    let funnel = [&["funnel", &store][..], &steps].concat();
    let with = |more: &[&'static str]| [&funnel[..], more].concat();
    let long = "event == \"view_item\" and device in (\"mobile\", \"desktop\", \"tablet\") and page != \"/some/very/long/page\"";
    check(&[
        with(&["--bridge"]),
        with(&["--by", "device", "--trend", "week", "--open"]),
        with(&["--list-actors", "3"]),
        vec!["funnel", &store, long, "purchase"],
        vec!["overview", &store, "--by", "device"],
        vec!["overview", &store, "--from", "2024-03-05T12:00:00", "--sample", "50%"],
        vec!["carts", &store, "--by", "device"],
        vec!["paths", &store],
        vec!["phases", &store, "--taxonomy", "b2b-sales", "--language", "nb"],
        vec!["transitions", &store, "--of", "pages"],
        vec!["sessions", &store, "--by", "device", "--min-actors", "0"],
        vec!["store", "show", &store],
    ]);
}

#[test]
fn long_ids_and_names_do_not_widen_what_is_said_of_one_actor() {
    let folder = TempDir::new().expect("a folder");
    let (log, id) = (folder.path().join("long.csv").display().to_string(), "a".repeat(100));
    let name = "an_event_with_a_name_of_more_than_sixty_characters_that_never_seems_to_end";
    let row = |minute: u32, event: &str| format!("2024-01-01T10:{minute:02}:00Z,{id},{event},/a/page/that/is/long\n");
    let rows = [row(0, "page_view"), row(1, name), row(2, "purchase")].concat();
    fs::write(&log, format!("time,user_id,event,page\n{rows}")).expect("written");
    check(&[
        vec!["phases", &log, "--explain", &id],
        vec!["explain", &id, &log, "page_view", name, "purchase"],
        vec!["funnel", &log, "page_view", name, "purchase", "--list-actors", "2", "--timelines"],
        vec!["transitions", &log, "--of", "events"],
    ]);
}
