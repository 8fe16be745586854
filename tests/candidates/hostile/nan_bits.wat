;; expect: correct=some wrong=some
;; The bits of a NaN are canonical: the same label on every machine.
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.and (i64.reinterpret_f64 (f64.div (f64.const 0) (f64.const 0))) (i64.const 1))))
