//! Shared by the tests: rows that own their data, modules from a function's body, and runs with few words.

use std::sync::atomic::AtomicU64;

use llmerm_verifier::{
    Choice, Error, InputType, Judged, Keep, Limits, OUTCOME_NAMES, Options, Predicted, Predictions, Program, Ragged,
    Rejected, Rows, Stop, Tallies, Tally, Verdict, Whole, run,
};

/// Rows end to end, as `Ragged` borrows them.
pub(crate) struct Packed<T> {
    pub(crate) data: Vec<T>,
    pub(crate) offsets: Vec<i64>,
}

impl<T: Copy> Packed<T> {
    pub(crate) fn new<R: AsRef<[T]>>(rows: impl IntoIterator<Item = R>) -> Self {
        let (mut data, mut offsets) = (Vec::new(), vec![0]);
        for row in rows {
            data.extend_from_slice(row.as_ref());
            offsets.push(data.len() as i64);
        }
        Self { data, offsets }
    }

    pub(crate) fn ragged(&self) -> Ragged<'_, T> {
        Ragged::new(&self.data, &self.offsets).expect("offsets that rise")
    }
}

impl Packed<u8> {
    pub(crate) fn text(&self) -> Rows<'_> {
        Rows::text(self.ragged())
    }
}

impl Packed<i64> {
    pub(crate) fn ints(&self) -> Rows<'_> {
        let rows = Rows::Ints(self.ragged());
        assert_eq!(rows.input_type(), InputType::Ints);
        rows
    }
}

/// Few enough operations that an endless loop ends at once.
pub(crate) fn limits() -> Limits {
    Limits { fuel_per_row: 10_000_000, ..Limits::default() }
}

pub(crate) fn options(limits: &Limits) -> Options {
    Options { limits: limits.clone(), threads: 2, audit_rows: 0, ..Options::default() }
}

/// A module with one page of memory whose `f(x, len)` has this body.
pub(crate) fn wat(body: &str) -> String {
    format!(
        r#"(module (memory (export "memory") 1)
             (func (export "f") (param $x i32) (param $len i32) (result i64) (local $i i32) {body}))"#
    )
}

/// `f` of an ints row runs as many turns of a loop as the row's first number says, and returns it.
pub(crate) fn spinner() -> Program {
    module(&wat("(local.set $i (i32.wrap_i64 (i64.load (local.get $x))))
         (block $done (loop $next
            (br_if $done (i32.eqz (local.get $i)))
            (local.set $i (i32.sub (local.get $i) (i32.const 1)))
            (br $next)))
         (i64.load (local.get $x))"))
}

pub(crate) fn module(text: &str) -> Program {
    accept(text, &Limits::default()).unwrap_or_else(|rejected| panic!("{}", rejected.reason))
}

pub(crate) fn accept(text: &str, limits: &Limits) -> Result<Program, Rejected> {
    Program::module(text.as_bytes(), limits).expect("the engine works")
}

pub(crate) fn python(source: &str) -> Program {
    on_tier(source, Choice::Auto)
}

pub(crate) fn on_tier(source: &str, choice: Choice) -> Program {
    Program::python(source.as_bytes(), &Limits::default(), choice).expect("accepted")
}

pub(crate) fn judged(
    programs: &[Program],
    rows: &Rows<'_>,
    labels: &[i64],
    options: &Options,
) -> Result<Vec<Verdict<Tally>>, Error> {
    kept(programs, rows, labels, &Tallies, options)
}

pub(crate) fn kept<K: Keep>(
    programs: &[Program],
    rows: &Rows<'_>,
    labels: &[i64],
    keep: &K,
    options: &Options,
) -> Result<Vec<Verdict<K::Kept>>, Error> {
    let mut source = Whole::new(*rows, labels);
    run(programs, &mut source, keep, options, None, &Stop::default(), &AtomicU64::new(0)).map(|ran| ran.verdicts)
}

/// One program's counts; it must have run.
pub(crate) fn tally(program: &Program, rows: &Rows<'_>, labels: &[i64], options: &Options) -> (Tally, Option<bool>) {
    let verdicts = judged(std::slice::from_ref(program), rows, labels, options).expect("it runs");
    match verdicts.into_iter().next().map(|verdict| verdict.judged) {
        Some(Judged::Ran { kept, pure }) => {
            let faults = kept.out_of_fuel + kept.out_of_memory + kept.trap + kept.exception + kept.bad_output;
            assert_eq!(kept.rows, labels.len() as u64);
            assert_eq!(kept.rows, kept.correct + kept.wrong + faults);
            (kept, pure)
        }
        other => panic!("{other:?}"),
    }
}

/// Why one program was turned away: the stage's name and the reason.
pub(crate) fn rejection(program: &Program, rows: &Rows<'_>, options: &Options) -> (&'static str, String) {
    match kept(std::slice::from_ref(program), rows, &[], &Predictions, options)
        .expect("it runs")
        .pop()
        .map(|verdict| verdict.judged)
    {
        Some(Judged::Rejected(rejected)) => (rejected.stage.name(), rejected.reason),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn predicted(program: &Program, rows: &Rows<'_>, options: &Options) -> Predicted {
    match kept(std::slice::from_ref(program), rows, &[], &Predictions, options)
        .expect("it runs")
        .pop()
        .map(|verdict| verdict.judged)
    {
        Some(Judged::Ran { kept, .. }) => kept,
        other => panic!("{other:?}"),
    }
}

/// The outcomes by name.
pub(crate) fn named(predicted: &Predicted) -> Vec<&'static str> {
    predicted.outcomes.iter().map(|&code| OUTCOME_NAMES[usize::from(code)]).collect()
}
