//! scratch
use kundresa_ingest::*;
use kundresa_model::source::*;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args[0] == "inspect" {
        match discover(&args[1..].to_vec()).and_then(|i| plan(i, &IngestConfig::default())).and_then(|p| p.inspect()) {
            Ok(i) => { println!("{}", serde_json::to_string_pretty(&i).unwrap()); println!("{}", i.suggested_toml()); for w in &i.warnings { println!("warning: {w}"); } }
            Err(e) => println!("error: {e}"),
        }
        return;
    }
    let names = args[0].split(',').map(str::to_owned).collect();
    let p = plan(discover(&args[1..].to_vec()).unwrap(), &IngestConfig::default()).unwrap();
    let t = std::time::Instant::now();
    let e = p.events(Wanted { text: names, everything: false });
    let mut n = 0; let mut rej = 0;
    for part in 0..e.parts() { let mut r = e.open(part).unwrap(); while let Some(t) = r.next_table().unwrap() { n += t.len(); } rej += r.report().rejected.len(); }
    println!("{n} events {rej} rejected {:?}", t.elapsed());
}
