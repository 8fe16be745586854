;; expect: correct=some wrong=some
;; memory.grow gives -1 at the limit; the label says whether it did.
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    (i64.const 0)))
