//! What the parser of PDF documents fails at is damage of the document, which the reader catches and tells; what fails in
//! dateline itself is a finding.
#![no_main]

use std::panic;
use std::sync::Once;

use libfuzzer_sys::fuzz_target;

static TELL_PANICS_APART: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    TELL_PANICS_APART.call_once(|| {
        // It ends the process at every panic, also at one that is caught.
        let ends = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_in_dependency = panic.location().is_some_and(|place| place.file().contains("/registry/"));
            if !is_in_dependency {
                ends(panic);
            }
        }));
    });
    dateline_fuzz::read(bytes, "pdf");
});
