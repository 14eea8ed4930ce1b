namespace Earshot.Fleet.Analysis;

/// <summary>Puts every loss into exactly one group: the end of a server, refusals of one cause, or losses close in time.</summary>
internal static class LossGroups
{
    private static readonly TimeSpan s_refusalGap = TimeSpan.FromSeconds(60);

    // How a server ended; everything else is about a client or the network between both.
    private static readonly FleetVerdict[] s_serverEnds = [FleetVerdict.PlannedRestart, FleetVerdict.Stopped, FleetVerdict.Died, FleetVerdict.Replaced, FleetVerdict.Silent, FleetVerdict.Frozen];

    // Causes that say nothing yet, or that an interrupted network has too: they are compared over several servers.
    private static readonly FleetVerdict[] s_interruptions =
    [
        FleetVerdict.Unknown, FleetVerdict.NetworkFailure, FleetVerdict.ServerUnreachable, FleetVerdict.ClientSilent, FleetVerdict.ProcessPaused, FleetVerdict.ProcessDied, FleetVerdict.UserRemovedOrProxy,
    ];

    // Of these it is known that they are not the network's.
    private static readonly FleetVerdict[] s_explained = [FleetVerdict.ProcessPaused, FleetVerdict.ProcessDied, FleetVerdict.UserRemovedOrProxy];

    /// <summary>Whether losses of several servers with this cause are the network's.</summary>
    public static bool MayBeNetwork(FleetVerdict verdict) => IsInterruption(verdict) && !s_explained.Contains(verdict);

    public static bool IsInterruption(FleetVerdict verdict) => s_interruptions.Contains(verdict);

    public static IReadOnlyList<LossGroup> Of(FactSet facts, IReadOnlyList<FoundLoss> losses)
    {
        var groups = new List<LossGroup>();
        ILookup<bool, FoundLoss> refused = losses.ToLookup(loss => loss.Loss.IsRefusal);
        ILookup<string?, FoundLoss> ends = refused[false].ToLookup(loss => EndOf(facts, loss));
        foreach (IGrouping<string?, FoundLoss> end in ends.Where(end => end.Key is not null))
        {
            groups.Add(LossGroup.Of(end) with { IsServerEnd = true, Mark = facts.ServerOf(end.Key) is { Marks: [var mark, ..] } ? mark : null });
        }

        foreach (IGrouping<FleetVerdict?, FoundLoss> cause in ends[null].GroupBy(loss => IsInterruption(loss.Loss.Verdict) ? (FleetVerdict?)null : loss.Loss.Verdict))
        {
            var perServer = cause.GroupBy(loss => loss.Loss.ServerId ?? loss.Loss.Server, StringComparer.Ordinal).SelectMany(server => Cut(server, facts.Options.Gap)).ToList();
            groups.AddRange(Merge(perServer, facts.Options.Gap));
        }

        foreach (IGrouping<FleetVerdict, FoundLoss> cause in refused[true].GroupBy(loss => loss.Loss.Verdict))
        {
            groups.AddRange(Cut(cause, s_refusalGap));
        }

        return [.. groups.OrderBy(group => group.Begin).ThenBy(group => group.Losses[0].Key, StringComparer.Ordinal)];
    }

    // The id of the server with whose end the loss belongs together: by its cause, or because it lies between the mark and the end.
    private static string? EndOf(FactSet facts, FoundLoss loss)
    {
        string? id = loss.Loss.ServerId;
        if (s_serverEnds.Contains(loss.Loss.Verdict))
        {
            return id ?? loss.Loss.Server;
        }

        if (facts.ServerOf(id) is not { Marks: [{ } mark, ..] } server || loss.Loss.To < mark.At - facts.Options.ClockMargin)
        {
            return null;
        }

        DateTimeOffset? end = server.End?.To ?? server.Back;
        return end is null || loss.Loss.From <= end + VerdictRules.AfterEnd ? id : null;
    }

    private static IEnumerable<LossGroup> Cut(IEnumerable<FoundLoss> losses, TimeSpan gap)
    {
        var part = new List<FoundLoss>();
        foreach (FoundLoss loss in losses.Order())
        {
            if (part.Count > 0 && loss.At - part[^1].At > gap)
            {
                yield return LossGroup.Of(part);
                part = [];
            }

            part.Add(loss);
        }

        if (part.Count > 0)
        {
            yield return LossGroup.Of(part);
        }
    }

    // Groups of several servers that are close in time are one.
    private static IEnumerable<LossGroup> Merge(IEnumerable<LossGroup> groups, TimeSpan gap)
    {
        LossGroup? current = null;
        foreach (LossGroup group in groups.OrderBy(group => group.From).ThenBy(group => group.Losses[0].Key, StringComparer.Ordinal))
        {
            if (current is null || group.From - current.To > gap)
            {
                if (current is not null)
                {
                    yield return current;
                }

                current = group;
                continue;
            }

            current = LossGroup.Of(current.Losses.Concat(group.Losses));
        }

        if (current is not null)
        {
            yield return current;
        }
    }
}
