namespace Earshot.Chaos;

/// <summary>The options of one run.</summary>
internal sealed record ChaosOptions
{
    public required TimeSpan Duration { get; init; }

    public required ChaosTransport Transport { get; init; }

    public required int Seed { get; init; }
}
