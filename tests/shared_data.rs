//! Do real exports load and report with no options? Skipped where the samples are not beside the repository.

use tempfile::TempDir;

use crate::support::{json, kundresa, shared};

#[test]
fn retentioneering_ecommerce_log_gives_its_known_counts() {
    let Some(path) = shared("data/retentioneering-5/ecom.csv.gz") else { return };
    let path = path.display().to_string();
    let results = &json(&["sessions", &path])["results"];
    assert_eq!((results["events"].as_u64(), results["actors"].as_u64()), (Some(31_106), Some(600)));
    let funnel = &json(&["funnel", &path, "product_view", "add_to_cart", "purchase"])["results"]["steps"];
    let reached: Vec<u64> = (0..3).map(|step| funnel[step]["reached"].as_u64().expect("count")).collect();
    assert!(reached[0] >= reached[1] && reached[1] >= reached[2] && reached[2] > 0, "{reached:?}");
}

#[test]
fn every_named_sample_reports_with_no_options() {
    for sample in [
        "data/retentioneering-5/ecom.csv.gz",
        "data/retentioneering-5/step_matrix_input.csv",
        "data/fivetran-seeds/dbt_ga4_export",
    ] {
        let Some(path) = shared(sample) else { return };
        let folder = TempDir::new().expect("folder");
        let out = folder.path().join("report.html").display().to_string();
        let output = kundresa(&["report", &path.display().to_string(), "--out", &out]);
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sample}: {messages}");
        assert!(folder.path().join("report.json").exists(), "{sample}");
        if sample.contains("dbt_ga4_export") {
            assert!(messages.contains("param_session_engaged"), "the doubled column is warned about: {messages}");
        }
    }
}

#[test]
fn a_real_access_log_has_the_sessions_that_were_counted_by_each_rule_for_visitors() {
    let Some(path) = shared("data/elastic-weblogs/apache_logs") else { return };
    let folder = TempDir::new().expect("folder");
    for (rule, actors, sessions) in [("ip", 1_753, 3_052), ("ip_and_agent", 1_862, 3_224)] {
        let config = folder.path().join(format!("{rule}.toml"));
        std::fs::write(&config, format!("[[sources]]\nvisitor = \"{rule}\"\n")).expect("written");
        let (path, config) = (path.display().to_string(), config.display().to_string());
        let results = &json(&["sessions", &path, "--bots", "include", "--config", &config])["results"];
        let found = (results["events"].as_u64(), results["actors"].as_u64(), results["sessions"].as_u64());
        assert_eq!(found, (Some(10_000), Some(actors), Some(sessions)), "{rule}");
    }
}
