//! The caller's flag and the wall clock end whatever a candidate does, and score nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use llmerm_verifier::{
    Error, Judged, Limits, Options, Predictions, Program, Session, Stop, Tallies, Tally, Verdict, Whole, Why, run,
};

use crate::helpers::{Packed, judged, module, options, python, wat};

/// As good as no limit: years.
fn endless() -> Limits {
    Limits { fuel_per_row: 1 << 60, fuel_per_candidate: 1 << 62, fuel_per_load: 1 << 60, ..Limits::default() }
}

fn loops() -> [Program; 4] {
    [
        module(&wat("(loop $l (br $l)) unreachable")),
        python(
            "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        ),
        python("while True: pass"),
        python("def f(x):\n    return len(str(9 ** 10 ** 8))"), // one long call into C
    ]
}

/// Rows that each interrupted program was counted on; None where it was not interrupted.
fn stopped(programs: &[Program], packed: &Packed<u8>, stop: &Stop, done: &AtomicU64) -> Vec<Option<u64>> {
    let labels = vec![1; packed.offsets.len() - 1];
    let mut source = Whole::new(packed.text(), &labels);
    let ran = run(programs, &mut source, &Tallies, &options(&endless()), None, stop, done).expect("it ends");
    assert!(ran.interrupted);
    let rows = |verdict: Verdict<Tally>| match verdict.judged {
        Judged::Stopped { kept, why: Why::Interrupted, .. } => Some(kept.rows),
        _ => None,
    };
    ran.verdicts.into_iter().map(rows).collect()
}

#[test]
fn a_request_ends_an_endless_loop_within_a_second() {
    let packed = Packed::new(["0"; 10]);
    for (index, program) in loops().into_iter().enumerate() {
        let stop = Stop::default();
        let (result, waited) = thread::scope(|scope| {
            let other = stop.clone();
            let asked = scope.spawn(move || {
                thread::sleep(Duration::from_millis(300));
                other.request();
                Instant::now()
            });
            let result = stopped(&[program], &packed, &stop, &AtomicU64::new(0));
            (result, asked.join().expect("it ended").elapsed())
        });
        assert_eq!(result, [Some(0)], "{index}");
        assert!(waited < Duration::from_secs(1), "{index}: {waited:?}");
    }
}

#[test]
fn a_stop_requested_before_the_start_runs_nothing() {
    let (stop, done) = (Stop::default(), AtomicU64::new(0));
    stop.request();
    assert!(stop.requested());
    let packed = Packed::new(["0"; 10]);
    assert_eq!(stopped(&loops(), &packed, &stop, &done), [Some(0); 4]);
    assert_eq!(done.load(Ordering::Relaxed), 0);
}

#[test]
fn the_wall_clock_cancels_and_does_not_score() {
    let packed = Packed::new(["0"; 10]);
    let limits = Limits { wall_seconds: 0.4, ..endless() };
    let [a, b, c, _] = loops();
    let programs = [a, module(&wat("(i64.const 1)")), b, c, python("def f(x): return 1")];
    for threads in 1..=3 {
        let options = Options { threads, ..options(&limits) };
        let verdicts = judged(&programs, &packed.text(), &[1; 10], &options).expect("it runs");
        let ran: Vec<bool> = verdicts.iter().map(|verdict| matches!(verdict.judged, Judged::Ran { .. })).collect();
        let cancelled: Vec<bool> = verdicts.iter().map(|verdict| matches!(verdict.judged, Judged::Cancelled)).collect();
        assert_eq!(ran, [false, true, false, false, true], "{verdicts:?}");
        assert_eq!(cancelled, [true, false, true, true, false], "{verdicts:?}");
    }
}

#[test]
fn progress_counts_every_row_of_every_program() {
    let packed = Packed::new(["0"; 3000]);
    let done = AtomicU64::new(0);
    let programs = [module(&wat("(i64.const 1)")), python("def f(x): return 1"), module(&wat("unreachable"))];
    let mut source = Whole::new(packed.text(), &[]);
    run(&programs, &mut source, &Predictions, &options(&Limits::default()), None, &Stop::default(), &done)
        .expect("it runs");
    assert_eq!(done.load(Ordering::Relaxed), 9000);
}

#[test]
fn a_session_stops_when_asked() {
    let empty_dict = b"{0".to_vec();
    let mut session = Session::new(endless(), empty_dict);
    let stop = Stop::default();
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(200));
            stop.request();
        });
        session.run("while True: pass", 100, &stop)
    });
    assert!(matches!(result, Err(Error::Cancelled)), "{result:?}");
    assert_eq!(session.run("1 + 1", 100, &Stop::default()).expect("it runs").1.trim(), "2");
}
