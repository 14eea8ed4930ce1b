using System.Numerics;

namespace Earshot.Events;

/// <summary>
/// A set of numbers below 128. Two integers and not a <see cref="UInt128"/>, whose methods the runtime compiles at each start of a process, also
/// where the rest is compiled before.
/// </summary>
internal readonly record struct EventBits(ulong Low, ulong High)
{
    public static EventBits operator &(EventBits left, EventBits right) => new(left.Low & right.Low, left.High & right.High);

    public static EventBits operator |(EventBits left, EventBits right) => new(left.Low | right.Low, left.High | right.High);

    public static EventBits operator ^(EventBits left, EventBits right) => new(left.Low ^ right.Low, left.High ^ right.High);

    public static EventBits operator ~(EventBits bits) => new(~bits.Low, ~bits.High);

    /// <summary>How many there are.</summary>
    public int Count => BitOperations.PopCount(Low) + BitOperations.PopCount(High);

    /// <summary>The set of one number.</summary>
    public static EventBits Of(int number) => number < 64 ? new EventBits(1ul << number, 0) : new EventBits(0, 1ul << number);

    public bool Contains(int number) => (((number < 64 ? Low : High) >> number) & 1) != 0; // the shift takes the lowest six bits of the number
}
