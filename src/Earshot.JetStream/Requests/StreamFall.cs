namespace Earshot.JetStream.Requests;

/// <summary>A fall of the sequences of a stream: it lost messages.</summary>
/// <param name="Expected">The lowest sequence that was possible.</param>
/// <param name="Found">The sequence that was found.</param>
/// <param name="Evidence">How the fall was noticed.</param>
internal readonly record struct StreamFall(ulong Expected, ulong Found, RegressionEvidence Evidence)
{
    public RegressionAction Action { get; init; }

    public DateTimeOffset? CreatedBefore { get; init; }

    public DateTimeOffset? CreatedAfter { get; init; }
}
