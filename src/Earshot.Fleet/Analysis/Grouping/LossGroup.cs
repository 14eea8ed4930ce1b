namespace Earshot.Fleet.Analysis;

/// <summary>Losses that belong together, before it is decided whether they are an incident.</summary>
/// <param name="Losses">The losses in their order; at least one.</param>
internal sealed record LossGroup(IReadOnlyList<FoundLoss> Losses)
{
    /// <summary>What announced the end of the server; null without one.</summary>
    public ServerMark? Mark { get; init; }

    /// <summary>Whether the losses are those of the end of one server.</summary>
    public bool IsServerEnd { get; init; }

    public DateTimeOffset From => Losses[0].At;

    public DateTimeOffset To => Losses.Max(loss => loss.Loss.To);

    /// <summary>The earliest sign: the mark or the first loss.</summary>
    public DateTimeOffset Begin => Mark is { } mark && mark.At < From ? mark.At : From;

    public IReadOnlyList<string> Servers => [.. Losses.Select(loss => loss.Loss.Server).Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<string> ServerIds => [.. Losses.Select(loss => loss.Loss.ServerId).OfType<string>().Distinct(StringComparer.Ordinal)];

    public bool IsRefusals => Losses[0].Loss.IsRefusal;

    /// <summary>The cause of most losses; of two causes as frequent, the known one.</summary>
    public FleetVerdict Verdict => Losses.GroupBy(loss => loss.Loss.Verdict).OrderByDescending(same => same.Count()).ThenBy(same => same.Key == FleetVerdict.Unknown).ThenBy(same => same.Key).First().Key;

    /// <summary>The one host of all clients; null if there are several or they are not known.</summary>
    public string? Host => Losses.Select(loss => loss.Loss.Host).Distinct(StringComparer.Ordinal).ToList() is [{ } host] ? host : null;

    public static LossGroup Of(IEnumerable<FoundLoss> losses) => new([.. losses.Order()]);
}
