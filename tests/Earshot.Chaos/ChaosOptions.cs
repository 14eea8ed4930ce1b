namespace Earshot.Chaos;

/// <summary>What one run is asked for.</summary>
internal sealed record ChaosOptions
{
    public required TimeSpan Duration { get; init; }

    public required ChaosTransport Transport { get; init; }

    public required int Seed { get; init; }
}
