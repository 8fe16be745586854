;; expect: trap=all
(module
  (memory (export "memory") 1)
  (func $f (export "f") (param i32 i32) (result i64)
    (i64.add (call $f (local.get 0) (local.get 1)) (i64.const 1))))
