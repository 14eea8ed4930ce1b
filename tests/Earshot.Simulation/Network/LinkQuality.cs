namespace Earshot.Simulation.Network;

/// <summary>How a link behaves when nothing is wrong with it.</summary>
internal sealed record LinkQuality
{
    /// <summary>The shortest time that a byte takes in one direction.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>What is added to it at most, for each piece.</summary>
    public required TimeSpan Jitter { get; init; }

    /// <summary>The probability that what was written in one piece arrives in several.</summary>
    public required double Splits { get; init; }

    /// <summary>Bytes in flight from which on a write waits.</summary>
    public required int Window { get; init; }

    /// <summary>Whether the client's system reports which bytes were acknowledged.</summary>
    public required bool ReportsProgress { get; init; }
}
