// expect: rejected:compile backwards branches
export fn f(x: [*]const u8, len: i32) i64 {
    _ = x;
    _ = len;
    comptime {
        var i: u64 = 0;
        while (true) : (i += 1) {}
    }
    return 0;
}
