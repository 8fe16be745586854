//! The work of one size, cut into pieces. Which pieces there are, and their order, depends on nothing but what is stored.

use std::ops::Range;

use crate::bank::Levels;
use crate::grammar::{Grammar, Rule};
use crate::remake::lean;
use crate::types::{Layout, Type};

/// Expressions of a piece, about.
const PIECE: usize = 1 << 14;
/// Bytes of the values that a piece may add, about.
const PIECE_BYTES: usize = 1 << 20;

/// Bytes of the arguments that a piece makes again, about.
const ROOM: usize = 1 << 18;

/// A rule over ranges of stored arguments.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) rule: u32,
    pub(crate) ranges: [Range<usize>; 3],
    /// The two arguments are of one size and may be exchanged: the second comes no earlier than the first.
    pub(crate) triangle: bool,
}

/// Sizes of the arguments that make up a total, in a fixed order. Where arguments may be exchanged the smaller stands first.
pub(crate) fn splits(rule: &Rule, size: usize) -> Vec<[usize; 3]> {
    let Some(total) = size.checked_sub(rule.size) else { return vec![] };
    match rule.args.len() {
        0 => {
            if total == 0 {
                vec![[0; 3]]
            } else {
                vec![]
            }
        }
        1 => {
            if total > 0 {
                vec![[total, 0, 0]]
            } else {
                vec![]
            }
        }
        2 => {
            let most = if rule.commutes() { total / 2 } else { total.saturating_sub(1) };
            (1..=most).map(|first| [first, total - first, 0]).collect()
        }
        _ => (1..total)
            .flat_map(|first| (1..total - first).map(move |second| [first, second, total - first - second]))
            .collect(),
    }
}

/// Cuts the work of the rules of one type at one size, lazily: there may be more pieces than memory.
pub(crate) fn of_size<'a>(
    grammar: &'a Grammar,
    layout: &'a Layout,
    levels: &'a Levels,
    kind: Type,
    size: usize,
) -> impl Iterator<Item = Job> + 'a {
    grammar.of(kind).flat_map(move |(number, rule)| {
        splits(rule, size).into_iter().flat_map(move |sizes| of_split(layout, levels, number, rule, sizes))
    })
}

/// Cuts one rule over stored arguments of given sizes.
pub(crate) fn of_split<'a>(
    layout: &Layout,
    levels: &Levels,
    number: u32,
    rule: &'a Rule,
    sizes: [usize; 3],
) -> Box<dyn Iterator<Item = Job> + 'a> {
    let range = |at: usize| rule.args.get(at).map_or(0..1, |&kind| levels.of(kind, sizes[at]));
    let ranges = [range(0), range(1), range(2)];
    let triangle = rule.commutes() && sizes[0] == sizes[1];
    let most = (PIECE_BYTES / (8 * layout.size(rule.result))).clamp(16, PIECE);
    let tries = rule.choices.word.map_or(rule.choices.tries(), |_| layout.rows * layout.longest);
    // Arguments that have to be made again are used many times each: pieces of pairs of them are square.
    let square = rule.args.iter().any(|&kind| lean(kind)).then(|| most.isqrt());
    let last = most.div_ceil(tries).min(ranges[2].len().max(1));
    let middle = (most / (tries * last)).clamp(1, square.unwrap_or(most)).min(ranges[1].len().max(1));
    // What is made again should stay in the cache until it is used.
    let room = rule.args.first().filter(|&&kind| lean(kind)).map_or(most, |&kind| ROOM / (8 * layout.size(kind)) + 1);
    let first = (most / (tries * last * middle)).clamp(1, room);
    let [a, b, c] = ranges;
    Box::new(pieces(a, first).flat_map(move |a| {
        let c = c.clone();
        pieces(b.clone(), middle)
            .filter(move |b| !triangle || b.end > a.start)
            .zip(std::iter::repeat(a.clone()))
            .flat_map(move |(b, a)| {
                pieces(c.clone(), last).map(move |c| Job { rule: number, ranges: [a.clone(), b.clone(), c], triangle })
            })
    }))
}

fn pieces(range: Range<usize>, len: usize) -> impl Iterator<Item = Range<usize>> + Clone {
    range.clone().step_by(len).map(move |start| start..(start + len).min(range.end))
}
