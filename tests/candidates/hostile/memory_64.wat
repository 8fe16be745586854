;; expect: rejected:compile memory64
(module
  (memory (export "memory") i64 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.const 1)))
