// expect: trap=all
// Checked arithmetic: ReleaseSafe.
export fn f(x: [*]const u8, len: i32) i64 {
    var sum: u8 = 200;
    for (x[0..@intCast(len)]) |c| sum += c;
    return sum;
}
