;; expect: rejected:compile import
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64.const 1)))
