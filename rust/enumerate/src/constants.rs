//! What the constant of a rule is chosen from, and what the choice costs.
//!
//! Costs and counts are of what the grammar allows, whatever the rows hold: they are the code length of the Occam bound,
//! which must be fixed before the rows are seen. What is *tried* may be less: a word that no row has matches nowhere.

use crate::Error;
use crate::op::{Constants, Op};
use crate::rows::Rows;

/// Symbols of "any text": what ASCII has.
const ANY: usize = 128;
const TABLES_MOST: u32 = 4;
/// Tokens that a bracket word may have.
const TOKENS_MOST: usize = 1 << 16;
/// Sets of two kinds of brackets that are tried; rows of more symbols than that are no bracket words.
const SETS_MOST: usize = 1 << 18;

/// The constants of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    /// Those to try, each a list of integers (symbols as their codes). A rule without constants has one empty list.
    pub(crate) tried: Vec<Box<[i64]>>,
    /// Length of the words to try: those that occur in the argument.
    pub(crate) word: Option<usize>,
    /// How many the grammar allows.
    pub(crate) count: f64,
    /// What the choice adds to the size.
    pub(crate) cost: usize,
}

impl Choices {
    pub(crate) fn none() -> Self {
        Self { tried: vec![Box::from([])], word: None, count: 1.0, cost: 0 }
    }

    /// Whether there is nothing to choose.
    pub(crate) fn is_none(&self) -> bool {
        matches!(&self.tried[..], [only] if only.is_empty())
    }

    fn listed(tried: Vec<Box<[i64]>>) -> Self {
        let count = tried.len() as f64;
        Self { cost: bits(count), tried, word: None, count }
    }

    fn of(tried: Vec<Box<[i64]>>, count: f64) -> Self {
        Self { tried, word: None, count, cost: bits(count) }
    }

    /// How often an argument is looked at, at least.
    pub(crate) fn tries(&self) -> usize {
        self.tried.len().max(1)
    }
}

/// What is known of the rows before they are seen, and what of them occurs.
pub(crate) struct Domain<'a> {
    rows: &'a Rows,
    /// Symbols of constants that can make a difference, ascending.
    occurring: Vec<i64>,
    /// How many there could be.
    nominal: usize,
}

impl<'a> Domain<'a> {
    pub(crate) fn new(symbols: &str, rows: &'a Rows) -> Result<Self, Error> {
        if !symbols.is_ascii() {
            return Err(Error::Usage("the symbols of a grammar are ASCII".into()));
        }
        let mut given: Vec<i64> = symbols.bytes().map(i64::from).collect();
        given.sort_unstable();
        given.dedup();
        let seen: Vec<i64> = if rows.text { rows.alphabet().into_iter().map(i64::from).collect() } else { vec![] };
        if given.is_empty() {
            return Ok(Self { rows, occurring: seen, nominal: ANY });
        }
        if let Some(other) = seen.iter().find(|code| !given.contains(code)) {
            let other = char::from(*other as u8);
            return Err(Error::Usage(format!("a row has {other:?}, which is no symbol of the grammar ({symbols:?})")));
        }
        Ok(Self { rows, nominal: given.len(), occurring: given })
    }

    pub(crate) fn base(&self) -> i64 {
        if self.occurring.iter().all(|&code| code == 48 || code == 49) && self.nominal == 2 { 2 } else { 10 }
    }

    /// Positions of a row, from the end too where rows differ in length.
    fn positions(&self) -> Vec<i64> {
        let longest = self.rows.longest as i64;
        if self.rows.of_one_length() { (0..longest).collect() } else { (0..longest).chain(-longest..0).collect() }
    }

    /// Symbols that something can be below: all but the least.
    fn upper(&self) -> &[i64] {
        self.occurring.get(1..).unwrap_or(&[])
    }

    /// Symbols to ask for, and how many there could be. Of two, one is enough: the other is its negation.
    fn asked(&self) -> (&[i64], usize) {
        if self.nominal == 2 { (self.upper(), 1) } else { (&self.occurring, self.nominal) }
    }
}

/// The constants that `given` (of a grammar file) means for an operation, as one or more rules.
pub(crate) fn choices(op: Op, given: &[Vec<i64>], domain: &Domain<'_>) -> Result<Vec<Choices>, String> {
    let lists = || given.iter().map(|list| list.clone().into_boxed_slice()).collect::<Vec<_>>();
    let some = |ok: &dyn Fn(&[i64]) -> bool, what: &str| {
        if given.is_empty() || !given.iter().all(|list| ok(list)) {
            return Err(format!("needs constants, each {what}"));
        }
        let distinct: std::collections::BTreeSet<_> = given.iter().collect();
        if distinct.len() < given.len() {
            return Err("has a constant twice".into());
        }
        Ok(vec![Choices::listed(lists())])
    };
    let nothing = |made: Choices| if given.is_empty() { Ok(vec![made]) } else { Err("takes no constants".into()) };
    match op.constants() {
        Constants::None => nothing(Choices::none()),
        Constants::Ints(2, _) => {
            some(&|list| matches!(list, [start, step] if *start >= 0 && *step >= 1), "[start >= 0, step >= 1]")
        }
        Constants::Ints(_, least) => some(
            &|list| matches!(list, [value] if *value >= least && i32::try_from(*value).is_ok()),
            &if least == i64::MIN {
                "an integer of 32 bits".to_owned()
            } else {
                format!("an integer of at least {least}")
            },
        ),
        Constants::Residues => some(
            &|list| matches!(list, [m, r] if *m >= 2 && 0 <= *r && r < m && i32::try_from(*m).is_ok()),
            "[m >= 2, 0 <= r < m]",
        ),
        Constants::Rule if given.is_empty() => {
            Ok(vec![Choices::listed((0..256).map(|rule| Box::from([rule])).collect())])
        }
        Constants::Rule => some(&|list| matches!(list, [0..=255]), "0 to 255"),
        Constants::Position => {
            nothing(Choices::listed(domain.positions().into_iter().map(|at| Box::from([at])).collect()))
        }
        Constants::PositionSymbol => {
            let (positions, (symbols, nominal)) = (domain.positions(), domain.asked());
            let tried = positions.iter().flat_map(|&at| symbols.iter().map(move |&code| Box::from([at, code])));
            nothing(Choices::of(tried.collect(), (positions.len() * nominal) as f64))
        }
        Constants::Threshold if domain.rows.text => {
            let tried = domain.upper().iter().map(|&code| Box::from([code])).collect();
            nothing(Choices::of(tried, (domain.nominal - 1) as f64))
        }
        Constants::Threshold => {
            some(&|list| matches!(list, [value] if i32::try_from(*value).is_ok()), "an integer of 32 bits")
        }
        Constants::Word => match given {
            [list] if matches!(list[..], [1..=64]) => Ok(words(list[0] as usize, domain.nominal)),
            _ => Err("needs the length of its longest word, 1 to 64".into()),
        },
        Constants::Brackets => brackets(given, domain),
        Constants::Tables => tables(given),
    }
}

/// One rule a length of the word.
fn words(longest: usize, nominal: usize) -> Vec<Choices> {
    let one = |word: usize| Choices {
        tried: vec![],
        word: Some(word),
        count: (nominal as f64).powi(word as i32),
        cost: bits(longest as f64) + (word as f64 * (nominal as f64).log2()).ceil() as usize,
    };
    (1..=longest).map(one).collect()
}

/// Every table of transitions over so many states; `state = table[2 * state + bit]`.
fn tables(given: &[Vec<i64>]) -> Result<Vec<Choices>, String> {
    let [list] = given else { return Err("needs one number of states".into()) };
    let [states] = list[..] else { return Err("needs one number of states".into()) };
    if !(2..=i64::from(TABLES_MOST)).contains(&states) {
        return Err(format!("needs 2 to {TABLES_MOST} states"));
    }
    let cells = 2 * states as u32;
    let table = |number: i64| (0..cells).map(|cell| number / states.pow(cell) % states).collect::<Box<[i64]>>();
    Ok(vec![Choices::listed((0..states.pow(cells)).map(table).collect())])
}

/// For each (width, kinds) the sets of so many pairs of tokens: [width, kinds, open, close, ...], a code a character.
fn brackets(given: &[Vec<i64>], domain: &Domain<'_>) -> Result<Vec<Choices>, String> {
    let mut rules = Vec::new();
    for list in given {
        let [width @ 1..=4, kinds @ 1..=2] = list[..] else {
            return Err("needs constants, each [width 1 to 4, kinds 1 or 2]".into());
        };
        if domain.occurring.len().pow(width as u32) > TOKENS_MOST {
            return Err(format!(
                "has more than {TOKENS_MOST} tokens of width {width} over these symbols; ask for less width"
            ));
        }
        let tokens = tokens(domain, width as usize);
        let pairs: Vec<(usize, usize)> = (0..tokens.len())
            .flat_map(|open| (0..tokens.len()).filter(move |&close| close != open).map(move |close| (open, close)))
            .collect();
        let all = (domain.nominal as f64).powi(width as i32);
        let head = |kinds| vec![width, kinds];
        let with = |mut made: Vec<i64>, pair: (usize, usize)| {
            made.extend(&tokens[pair.0]);
            made.extend(&tokens[pair.1]);
            made
        };
        let sets = pairs.len() * tokens.len().saturating_sub(2) * tokens.len().saturating_sub(3) / 2;
        if kinds == 2 && sets > SETS_MOST {
            continue;
        }
        let (mut tried, count) = (
            Vec::<Box<[i64]>>::new(),
            if kinds == 1 { all * (all - 1.0) } else { all * (all - 1.0) * (all - 2.0) * (all - 3.0) / 2.0 },
        );
        if kinds == 1 {
            tried.extend(pairs.iter().map(|&pair| with(head(1), pair).into_boxed_slice()));
        } else {
            for (at, &first) in pairs.iter().enumerate() {
                let disjoint = |second: &&(usize, usize)| {
                    ![first.0, first.1].iter().any(|token| [second.0, second.1].contains(token))
                };
                for &second in pairs[at + 1..].iter().filter(disjoint) {
                    tried.push(with(with(head(2), first), second).into_boxed_slice());
                }
            }
        }
        rules.push(Choices::of(tried, count.max(1.0)));
    }
    if given.is_empty() { Err("needs constants, each [width, kinds]".into()) } else { Ok(rules) }
}

/// Tokens to try: all words over the symbols that occur where these are few, else those that stand in the rows.
fn tokens(domain: &Domain<'_>, width: usize) -> Vec<Vec<i64>> {
    const FEW: usize = 16;
    let symbols = &domain.occurring;
    if width == 1 || symbols.len().pow(width as u32) <= FEW {
        let longer = |words: Vec<Vec<i64>>| {
            words.iter().flat_map(|word| symbols.iter().map(move |&code| [&word[..], &[code]].concat())).collect()
        };
        return (0..width).fold(vec![vec![]], |words, _| longer(words));
    }
    let mut found = std::collections::BTreeSet::new();
    for row in 0..domain.rows.count() {
        for token in domain.rows.row(row).windows(width) {
            found.insert(token.iter().map(|&code| i64::from(code)).collect::<Vec<_>>());
        }
    }
    found.into_iter().collect()
}

/// Bits that name one of so many.
fn bits(count: f64) -> usize {
    count.max(1.0).log2().ceil() as usize
}
