;; expect: out_of_fuel=all
(module
  (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64)
    (loop $again (br $again))
    unreachable))
