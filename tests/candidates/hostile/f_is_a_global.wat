;; expect: rejected:compile f
(module
  (memory (export "memory") 1)
  (global (export "f") i64 (i64.const 1)))
