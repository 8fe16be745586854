//! Replacements of `sub`: pieces of text with groups between them, as `re._parser.parse_template` reads them.
//!
//! The words: how many pieces, then of each its text (`text_words`) and the group behind it, NO_GROUP at the end.

use super::{Program, text_words};

const NO_GROUP: u32 = u32::MAX;

pub(super) fn template(replacement: &str, program: &Program) -> Result<Vec<u8>, String> {
    if !replacement.is_ascii() {
        return Err("a replacement that is not ASCII".into());
    }
    let (mut words, mut text, mut pieces) = (vec![0], Vec::new(), 1);
    let mut rest = replacement.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let (&escaped, behind) = rest.split_first().ok_or("bad escape at the end")?;
        rest = behind;
        let group = match escaped {
            b'g' => {
                let name = rest.strip_prefix(b"<").ok_or("missing <")?;
                let end = name.iter().position(|&byte| byte == b'>').ok_or("missing >")?;
                rest = &name[end + 1..];
                find(std::str::from_utf8(&name[..end]).map_err(|_| "bad group name")?, program)?
            }
            b'0' => {
                text.push(octal(&escaped, take(&mut rest, 2, is_octal))?);
                continue;
            }
            b'1'..=b'9' => match number(escaped, &mut rest)? {
                Number::Character(character) => {
                    text.push(character);
                    continue;
                }
                Number::Group(group) => group,
            },
            _ => {
                character(escaped, &mut text)?;
                continue;
            }
        };
        if group > program.groups {
            return Err(format!("replacement with group {group}, which is not there"));
        }
        words.extend(text_words(&text));
        words.push(group);
        text.clear();
        pieces += 1;
    }
    words.extend(text_words(&text));
    words.push(NO_GROUP);
    words[0] = pieces;
    Ok(words.iter().flat_map(|word| word.to_le_bytes()).collect())
}

enum Number {
    Character(u8),
    Group(u32),
}

/// Three octal digits are a character, other numbers a group.
fn number(first: u8, rest: &mut &[u8]) -> Result<Number, String> {
    let Some(&second) = take(rest, 1, |byte| byte.is_ascii_digit()).first() else {
        return Ok(Number::Group(u32::from(first - b'0')));
    };
    let most = usize::from(is_octal(first) && is_octal(second));
    if let Some(&third) = take(rest, most, is_octal).first() {
        return octal(&first, &[second, third]).map(Number::Character);
    }
    Ok(Number::Group(u32::from(first - b'0') * 10 + u32::from(second - b'0')))
}

fn octal(first: &u8, others: &[u8]) -> Result<u8, String> {
    let code = [*first].iter().chain(others).fold(0, |code, digit| code * 8 + u32::from(digit - b'0'));
    u8::try_from(code).ok().filter(u8::is_ascii).ok_or_else(|| "octal escape that is not ASCII".into())
}

/// What is no letter keeps its backslash, but for a backslash.
fn character(escaped: u8, text: &mut Vec<u8>) -> Result<(), String> {
    let meant = match escaped {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        _ if escaped.is_ascii_alphabetic() => return Err(format!("bad escape \\{}", char::from(escaped))),
        _ => {
            text.push(b'\\');
            escaped
        }
    };
    text.push(meant);
    Ok(())
}

fn find(name: &str, program: &Program) -> Result<u32, String> {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return name.parse().map_err(|_| "a large group number".into());
    }
    let found = program.group_names.iter().find(|(other, _)| other == name);
    found.map(|&(_, group)| group).ok_or_else(|| format!("replacement with unknown group {name}"))
}

/// At most `most` bytes that fit; `rest` is then behind them.
fn take<'a>(rest: &mut &'a [u8], most: usize, fits: impl Fn(u8) -> bool) -> &'a [u8] {
    let count = rest.iter().take(most).take_while(|&&byte| fits(byte)).count();
    let (taken, behind) = rest.split_at(count);
    *rest = behind;
    taken
}

fn is_octal(byte: u8) -> bool {
    (b'0'..=b'7').contains(&byte)
}
