;; expect: rejected:compile f
(module
  (memory (export "memory") 1)
  (func (export "g") (param i32 i32) (result i64) (i64.const 1)))
