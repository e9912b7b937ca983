//! Spells paths so that they are text, and so that no two files come to bear one.

use std::path::Path;

/// Returns `path` as seen from `root`, with `/` between names; of a root that is a file, its name.
pub fn relative_path(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    if relative.as_os_str().is_empty() {
        return path.file_name().map_or_else(String::new, |name| readable_name(name.as_encoded_bytes()));
    }
    let names: Vec<String> =
        relative.components().map(|part| readable_name(part.as_os_str().as_encoded_bytes())).collect();
    names.join("/")
}

/// Spells a file name in UTF-8 so that different names never become one: bytes that are not UTF-8 as `\xE9`, and a
/// backslash doubled where it could be taken for such.
pub(super) fn readable_name(name: &[u8]) -> String {
    let doubles_backslash = match std::str::from_utf8(name) {
        Ok(text) if !text.contains("\\x") && !text.contains("\\\\") => return text.to_owned(),
        _ => true,
    };
    let mut spelled = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '\\' && doubles_backslash {
                spelled.push('\\');
            }
            spelled.push(character);
        }
        for byte in chunk.invalid() {
            spelled.push_str(&format!("\\x{byte:02X}"));
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_distinct() {
        let rows: [(&[u8], &str); 5] = [
            (b"talks.txt", "talks.txt"),
            ("Gespräch.txt".as_bytes(), "Gespräch.txt"),
            (b"caf\xE9.txt", "caf\\xE9.txt"),
            (b"caf\\xE9.txt", "caf\\\\xE9.txt"),
            (b"a\\b", "a\\b"),
        ];
        for (name, spelled) in rows {
            assert_eq!(readable_name(name), spelled);
        }
    }
}
