;; expect: rejected:compile signature
(module
  (memory (export "memory") 1)
  (func (export "f") (param i32 i32) (result i32) (i32.const 1)))
