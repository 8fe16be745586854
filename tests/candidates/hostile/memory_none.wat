;; expect: rejected:compile memory
(module
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.const 1)))
