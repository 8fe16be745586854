// expect: rejected:compile @import
const other = @import("../other.zig");

export fn f(x: [*]const u8, len: i32) i64 {
    return other.f(x, len);
}
