//! The exceptions that compiled code can raise, read from the C header that numbers them.

use std::sync::OnceLock;

use crate::runtime::status::FIRST_EXCEPTION;

static HEADER: &str = include_str!("../runtime/exceptions.h");

/// (name, place of the base) by place; a base stands before what derives from it, `BaseException` is its own.
fn table() -> &'static [(&'static str, usize)] {
    static TABLE: OnceLock<Vec<(&str, usize)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: Vec<(&str, usize)> = Vec::new();
        let lines = HEADER.lines().filter_map(|line| line.strip_prefix("X(")?.strip_suffix(')')?.split_once(", "));
        for (name, base) in lines {
            let base = table.iter().position(|known| known.0 == base).unwrap_or(0);
            table.push((name, base));
        }
        table
    })
}

fn place(number: i32) -> Option<usize> {
    usize::try_from(number - FIRST_EXCEPTION).ok().filter(|&place| place < table().len())
}

/// The number of an exception: what `rt.error` holds when it is raised.
#[must_use]
pub fn number(name: &str) -> Option<i32> {
    // CPython has names for the same class.
    let name = if matches!(name, "IOError" | "EnvironmentError") { "OSError" } else { name };
    let place = table().iter().position(|known| known.0 == name)?;
    Some(FIRST_EXCEPTION + i32::try_from(place).ok()?)
}

/// The name of an exception's number; none for another status.
#[must_use]
pub fn name(number: i32) -> Option<&'static str> {
    place(number).map(|place| table()[place].0)
}

/// The class an exception derives from; none for `BaseException`.
#[must_use]
pub fn base(number: i32) -> Option<i32> {
    let place = place(number).filter(|&place| place > 0)?;
    Some(FIRST_EXCEPTION + i32::try_from(table()[place].1).ok()?)
}

/// Whether `except of` catches the exception.
#[must_use]
pub fn is_subclass(number: i32, of: i32) -> bool {
    std::iter::successors(Some(number), |&class| base(class)).any(|class| class == of)
}

/// All numbers that `except of` catches.
pub fn subclasses(of: i32) -> impl Iterator<Item = i32> {
    (FIRST_EXCEPTION..).take(table().len()).filter(move |&number| is_subclass(number, of))
}
