;; expect: correct=all
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (local $ones i64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $len)))
        (local.set $ones (i64.xor (local.get $ones) (i64.and (i64.load8_u (local.get $x)) (i64.const 1))))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (local.set $len (i32.sub (local.get $len) (i32.const 1)))
        (br $next)))
    (local.get $ones)))
