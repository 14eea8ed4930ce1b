using System.Runtime.CompilerServices;

namespace Earshot.Servers;

/// <summary>
/// Keeps the connections of a process from trying to reconnect in the same moment: their attempts are spread over most of the longest
/// delay. Delays that are drawn at random do not do that, because those of the first rounds are short. Moves nothing in a process with
/// few connections. One for each clock; called from any thread.
/// </summary>
internal sealed class ReconnectPace
{
    private const int Slots = 128;
    private const int Unlimited = 20; // attempts in a slot that are never too many
    private static readonly TimeSpan s_slot = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestSpread = TimeSpan.FromSeconds(4.8);
    private static readonly ConditionalWeakTable<TimeProvider, ReconnectPace> s_paces = [];

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _created;
    private readonly int[] _attempts = new int[Slots]; // by the number of the slot, modulo
    private long _current;
    private int _waiting; // in all slots

    private ReconnectPace(TimeProvider time) => (_time, _created) = (time, time.GetTimestamp());

    /// <summary>Delays from here on are not changed: connections that wait this long are far apart.</summary>
    public static TimeSpan Horizon { get; } = s_slot * (Slots - 1);

    public static ReconnectPace For(TimeProvider time) => s_paces.GetValue(time, static provider => new ReconnectPace(provider));

    /// <summary>
    /// Counts an attempt, and returns the delay after which it may start: <paramref name="delay"/> unless too many start then. It is
    /// moved to a moment before that, or behind it when there is none.
    /// </summary>
    /// <param name="delay">The delay that was drawn.</param>
    /// <param name="longest">The longest delay of the connection, 96 % of which the attempts are spread over, and 4.8 s at most.</param>
    public TimeSpan Reserve(TimeSpan delay, TimeSpan longest)
    {
        if (delay <= TimeSpan.Zero || delay >= Horizon)
        {
            return delay;
        }

        lock (_lock)
        {
            TimeSpan now = _time.GetElapsedTime(_created);
            MoveTo(now.Ticks / s_slot.Ticks);
            TimeSpan spread = longest * 0.96 < s_longestSpread ? longest * 0.96 : s_longestSpread;
            int most = Math.Max(Unlimited, (int)Math.Ceiling((_waiting + 1) * (s_slot / spread)));
            long drawn = (now + delay).Ticks / s_slot.Ticks;
            long slot = Find(drawn, most);
            _attempts[slot % Slots]++;
            _waiting++;
            TimeSpan moved = delay + ((slot - drawn) * s_slot);
            return moved > TimeSpan.Zero ? moved : TimeSpan.FromTicks(1); // the current slot has begun already
        }
    }

    private void MoveTo(long slot)
    {
        for (long passed = Math.Max(_current, slot - Slots); passed < slot; passed++)
        {
            _waiting -= _attempts[passed % Slots];
            _attempts[passed % Slots] = 0;
        }

        _current = slot;
    }

    private long Find(long drawn, int most)
    {
        long slot = drawn;
        while (slot >= _current && _attempts[slot % Slots] >= most)
        {
            slot--;
        }

        if (slot >= _current)
        {
            return slot;
        }

        slot = drawn;
        while (slot < _current + Slots - 1 && _attempts[slot % Slots] >= most)
        {
            slot++;
        }

        return slot;
    }
}
