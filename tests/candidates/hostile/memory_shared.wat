;; expect: rejected:compile shared
(module
  (memory (export "memory") 1 1 shared)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.const 1)))
