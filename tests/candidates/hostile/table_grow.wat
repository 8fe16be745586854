;; expect: correct=some wrong=some
(module
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (loop $again (br_if $again (i32.ne (table.grow $t (ref.null func) (i32.const 100000)) (i32.const -1))))
    (i64.const 0)))
