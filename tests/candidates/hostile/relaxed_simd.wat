;; expect: rejected:compile not a valid module
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (i64x2.extract_lane 0 (f32x4.relaxed_madd (v128.const i64x2 1 1) (v128.const i64x2 1 1) (v128.const i64x2 1 1)))))
