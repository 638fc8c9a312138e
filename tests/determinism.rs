//! Are results the same bytes on any number of threads, and for inputs cut in pieces?

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{results, stdout};

/// A generated log of some ten thousand events.
fn log(folder: &Path) -> String {
    stdout(&["generate", "--events", "20k", "--seed", "11", "--as", "csv", "--out", &folder.display().to_string()]);
    folder.join("events.csv").display().to_string()
}

/// Every analysis on one input; joined, so that one comparison covers all.
fn everything(input: &str, options: &[&str]) -> String {
    let commands: [&[&str]; 6] = [
        &["sessions", input, "--by", "device"],
        &["phases", input, "--by", "channel"],
        &["transitions", input],
        &["transitions", input, "--of", "events", "--by", "device"],
        &[
            "funnel",
            input,
            "view_item",
            "add_to_cart",
            "begin_checkout",
            "purchase",
            "--window",
            "1d",
            "--by",
            "device",
        ],
        &["funnel", input, "view_item", "add_to_cart", "--unit", "session", "--where", "device != \"tablet\""],
    ];
    commands.map(|command| results(&[command, options].concat())).join("\n")
}

#[test]
fn results_do_not_depend_on_threads() {
    let folder = TempDir::new().expect("folder");
    let input = log(folder.path());
    let one = everything(&input, &["--threads", "1"]);
    for threads in ["2", "16"] {
        assert!(one == everything(&input, &["--threads", threads]), "results differ on {threads} threads");
    }
}

#[test]
fn results_do_not_depend_on_how_the_input_is_cut() {
    let folder = TempDir::new().expect("folder");
    let input = log(folder.path());
    let whole = everything(&input, &[]);
    for pieces in [2, 7] {
        let cut = folder.path().join(format!("cut-{pieces}"));
        cut_in_pieces(&input, &cut, pieces);
        assert!(whole == everything(&cut.display().to_string(), &[]), "results differ for {pieces} pieces");
    }
}

/// The rows of `input` in `pieces` files that sort in row order; every file has the header.
fn cut_in_pieces(input: &str, folder: &Path, pieces: usize) {
    fs::create_dir(folder).expect("folder");
    let text = fs::read_to_string(input).expect("log");
    let (header, rows) = text.split_once('\n').expect("header");
    let rows: Vec<&str> = rows.lines().collect();
    for (number, piece) in rows.chunks(rows.len().div_ceil(pieces)).enumerate() {
        let path = folder.join(format!("part-{}.csv", number + 1));
        fs::write(path, format!("{header}\n{}\n", piece.join("\n"))).expect("piece");
    }
}

#[test]
fn gzip_zstd_and_plain_give_the_same_results() {
    let folder = TempDir::new().expect("folder");
    let input = log(folder.path());
    let bytes = fs::read(&input).expect("log");
    let (gz, zst) = (folder.path().join("log.bin"), folder.path().join("log.dat"));
    fs::write(&gz, two_gzip_members(&bytes)).expect("gzip");
    fs::write(&zst, zstd::encode_all(bytes.as_slice(), 3).expect("zstd")).expect("written");
    let plain = everything(&input, &[]);
    assert!(plain == everything(&gz.display().to_string(), &[]), "gzip differs");
    assert!(plain == everything(&zst.display().to_string(), &[]), "zstd differs");
}

fn two_gzip_members(bytes: &[u8]) -> Vec<u8> {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let mut out = Vec::new();
    for member in [first, second] {
        let mut encoder = GzEncoder::new(&mut out, Compression::fast());
        encoder.write_all(member).expect("memory");
        encoder.finish().expect("memory");
    }
    out
}
