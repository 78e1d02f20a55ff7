//! Every kept input through its target. What once broke a rule is among them.

use std::fs;
use std::path::{Path, PathBuf};

use pbx_2fa_fuzz::TARGETS;

#[test]
fn every_kept_input_keeps_the_rules() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut broken = Vec::new();
    for (name, target) in TARGETS {
        let inputs: Vec<_> = fs::read_dir(corpus.join(name)).unwrap().flatten().collect();
        assert!(inputs.len() >= 10, "{name} has {} inputs", inputs.len());
        for input in inputs {
            let data = fs::read(input.path()).unwrap();
            if std::panic::catch_unwind(|| target(&data)).is_err() {
                broken.push(input.path());
            }
        }
    }
    assert_eq!(broken, Vec::<PathBuf>::new());
}

#[test]
fn every_folder_of_the_corpus_is_a_target_s() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for folder in fs::read_dir(corpus).unwrap().flatten() {
        let name = folder.file_name();
        assert!(
            TARGETS.iter().any(|(target, _)| name == *target),
            "{}",
            name.display()
        );
    }
}
