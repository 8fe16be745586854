;; expect: rejected:compile import
(module
  (import "env" "memory" (memory 1))
  (export "memory" (memory 0))
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.const 1)))
