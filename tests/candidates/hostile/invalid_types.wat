;; expect: rejected:compile not a valid module
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i32.const 1)))
