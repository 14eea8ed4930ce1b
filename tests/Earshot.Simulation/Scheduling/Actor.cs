namespace Earshot.Simulation.Scheduling;

/// <summary>A process of the simulation. While it is paused, its timers and the bytes for it wait, as when the system suspends it.</summary>
internal sealed class Actor(string name)
{
    private TimeSpan? _disturbedAt; // as Awake

    public string Name => name;

    public TimeSpan PausedUntil { get; private set; }

    /// <summary>The whole time it is paused, the rest of a pause included.</summary>
    public TimeSpan Paused { get; private set; }

    /// <summary>What became due while it was paused, in order.</summary>
    public Queue<Action> Withheld { get; } = new();

    public void Pause(TimeSpan now, TimeSpan duration)
    {
        TimeSpan from = PausedUntil > now ? PausedUntil : now; // a pause within another one prolongs it
        PausedUntil = from + duration;
        Paused += duration;
    }

    /// <summary>The network or a server keeps bytes from it or of it, without ending its connection.</summary>
    public void Disturb(TimeSpan now) => _disturbedAt = Awake(now);

    /// <summary>Whether that happened within the last <paramref name="time"/> in which it was not paused.</summary>
    public bool WasDisturbed(TimeSpan now, TimeSpan time) => _disturbedAt is { } at && Awake(now) - at < time;

    // How long it has not been paused so far.
    private TimeSpan Awake(TimeSpan now) => now - Paused + (PausedUntil > now ? PausedUntil - now : TimeSpan.Zero);
}
