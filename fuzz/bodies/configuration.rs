//! Is any text a configuration, or an error that says where?
//!
//! Included where the modules of the command line are: it names them by `crate::`.

use crate::config;

/// The text of a `kundresa.toml`.
pub fn configuration(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kundresa.toml");
    std::fs::write(&path, data).expect("a file");
    match config::read(&path) {
        Ok((config, _)) => {
            let text = toml::to_string(&config).expect("a configuration can be written");
            std::fs::write(&path, &text).expect("a file");
            let (again, _) = config::read(&path).expect("a configuration that was written can be read");
            assert_eq!(toml::to_string(&again).expect("a configuration can be written"), text);
        }
        Err(error) => assert!(!format!("{error:#}").is_empty()),
    }
}
