// expect: correct=all
const std = @import("std");

export fn f(x: [*]const u8, len: i32) i64 {
    return @intCast(std.mem.count(u8, x[0..@intCast(len)], "1") % 2);
}
