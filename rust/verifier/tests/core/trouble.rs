//! What must neither hang a run nor be lost in it: panics of ours, failing readers, requests in an audit, second tries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use llmerm_verifier::{
    BLOCK, Bounds, Choice, Error, Judged, Limits, Next, Options, Ragged, Rows, Rule, Slab, Source, Stop, Tallies,
    Whole, Why, run,
};

use crate::helpers::{Packed, judged, module, on_tier, options, python, spinner, wat};

/// One slab, and then an error, once `wait` says so.
struct Broken<'w> {
    rows: Option<usize>,
    wait: &'w (dyn Fn() -> bool + Sync),
}

struct Ones(Vec<i64>, Vec<i64>);

impl Slab for Ones {
    fn rows(&self) -> Rows<'_> {
        Rows::Ints(Ragged::new(&self.0, &self.1).expect("offsets"))
    }

    fn labels(&self) -> &[i64] {
        &self.0
    }

    fn bytes(&self) -> usize {
        0
    }
}

impl<'a> Source<'a> for Broken<'_> {
    fn next(&mut self) -> Result<Next<'a>, Error> {
        match self.rows.take() {
            Some(rows) => Ok(Next::Slab(Box::new(Ones(vec![1; rows], (0..=rows as i64).collect())))),
            None if (self.wait)() => Err(Error::Usage("line 3 is bad".into())),
            None => Ok(Next::Later),
        }
    }
}

struct Panics;

impl Rule for Panics {
    fn settled(&self, _: usize, _: u64, _: u64) -> Option<Why> {
        panic!("a rule of ours");
    }
}

#[test]
fn a_panic_where_results_are_added_up_ends_the_run() {
    for threads in 1..4 {
        let options = Options { threads, ..options(&Limits::default()) };
        let mut source = Broken { rows: Some(BLOCK), wait: &|| false };
        let done = AtomicU64::new(0);
        let ran = run(&[spinner()], &mut source, &Tallies, &options, Some(&Panics), &Stop::default(), &done);
        assert!(matches!(ran.map(|ran| ran.verdicts), Err(Error::Internal(_))));
    }
}

#[test]
fn a_failing_reader_does_not_wait_for_endless_candidates() {
    let limits = Limits { fuel_per_row: 1 << 60, fuel_per_candidate: 1 << 62, ..Limits::default() };
    let endless = module(&wat("(loop $l (br $l)) unreachable"));
    let wait = || {
        thread::sleep(Duration::from_millis(200)); // until it runs
        true
    };
    let mut source = Broken { rows: Some(10), wait: &wait };
    let done = AtomicU64::new(0);
    let ran = run(&[endless], &mut source, &Tallies, &options(&limits), None, &Stop::default(), &done);
    assert!(matches!(ran.map(|ran| ran.verdicts), Err(Error::Usage(message)) if message == "line 3 is bad"));
}

/// Says when it has dropped its program.
struct Dropped(Bounds, AtomicBool);

impl Rule for Dropped {
    fn settled(&self, program: usize, rows: u64, errors: u64) -> Option<Why> {
        let why = self.0.settled(program, rows, errors);
        self.1.fetch_or(why.is_some(), Ordering::Relaxed);
        why
    }
}

#[test]
fn rows_that_nobody_waits_for_may_be_bad() {
    let rule = Dropped(Bounds(vec![0]), AtomicBool::new(false));
    let dropped = || {
        while !rule.1.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        true
    };
    let mut source = Broken { rows: Some(BLOCK), wait: &dropped };
    let wrong = [module(&wat("(i64.const 2)"))];
    let done = AtomicU64::new(0);
    let options = options(&Limits::default());
    let ran = run(&wrong, &mut source, &Tallies, &options, Some(&rule), &Stop::default(), &done).expect("verdicts");
    assert!(matches!(ran.verdicts[0].judged, Judged::Stopped { why: Why::Dropped, .. }) && !ran.interrupted);
}

#[test]
fn a_request_during_an_audit_keeps_the_rows() {
    const ROWS: usize = 1000;
    // It never ends where a row comes after a later one: in the audit.
    let source = "last = [0]\ndef f(x):\n    while x[0] < last[0]: pass\n    last[0] = x[0]\n    return 1";
    let program = [on_tier(source, Choice::CPython)];
    let limits = Limits { fuel_per_row: 1 << 60, fuel_per_candidate: 1 << 62, ..Limits::default() };
    let packed = Packed::new((0..ROWS as i64).map(|row| [row]));
    let (stop, done) = (Stop::default(), Arc::new(AtomicU64::new(0)));
    let ran = thread::scope(|scope| {
        scope.spawn(|| {
            while done.load(Ordering::Relaxed) < ROWS as u64 {
                thread::sleep(Duration::from_millis(5));
            }
            stop.request();
        });
        let options = Options { audit_rows: 5, ..options(&limits) };
        run(&program, &mut Whole::new(packed.ints(), &[1; ROWS]), &Tallies, &options, None, &stop, &done)
    });
    let ran = ran.expect("it ends");
    let Judged::Stopped { kept, pure: None, why: Why::Interrupted } = &ran.verdicts[0].judged else {
        panic!("{:?}", ran.verdicts)
    };
    assert!(ran.interrupted && kept.rows == ROWS as u64 && kept.correct == kept.rows, "{kept:?}");
}

#[test]
fn fuel_of_a_block_that_begins_again_is_not_missing_in_the_next() {
    // The fast tier spends more on a search than CPython does on everything, and leaves the first block at its last row;
    // meanwhile another worker is in the second block, where the fuel that is left would not do.
    let program = [python(
        "seen = []\ndef f(x):\n    if x[0] == 'i': seen.append(1)\n    return int(('ba' * 300 + 'c') in ('ab' * 8000)) if x[0] == 'h' else 1",
    )];
    let heavy = |row: usize| match row {
        0..55_000 => row % 130 == 5,
        60_000..BLOCK => row % 28 == 5,
        BLOCK.. => row > BLOCK + 300 && row <= BLOCK + 550,
        _ => false,
    };
    let line = |row: usize| if heavy(row) { "h" } else { "." };
    let mut lines: Vec<&str> = (0..BLOCK + 1000).map(line).collect();
    let labels = vec![1; lines.len()];
    let fast = judged(&program, &Packed::new(&lines[..BLOCK]).text(), &labels[..BLOCK], &options(&Limits::default()));
    let Judged::Ran { kept, .. } = &fast.expect("it runs")[0].judged else { panic!("it is not run") };
    lines[BLOCK - 1] = "i";
    let packed = Packed::new(&lines);
    let limits = Limits { fuel_per_candidate: kept.fuel + 10_000, ..Limits::default() };
    for threads in 1..4 {
        let options = Options { threads, ..options(&limits) };
        let found = judged(&program, &packed.text(), &labels, &options).expect("it runs");
        let Judged::Ran { kept, .. } = &found[0].judged else { panic!("{found:?}") };
        assert_eq!((kept.rows, kept.out_of_fuel), (lines.len() as u64, 0), "{threads}: {kept:?} {limits:?}");
    }
}
