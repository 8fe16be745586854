// expect: out_of_fuel=all
export fn f(x: [*]const u8, len: i32) i64 {
    _ = x;
    _ = len;
    while (true) {}
}
