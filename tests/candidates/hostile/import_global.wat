;; expect: rejected:compile import
(module
  (import "env" "label" (global i64))
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (global.get 0)))
