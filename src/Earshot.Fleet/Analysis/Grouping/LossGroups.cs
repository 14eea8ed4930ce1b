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
        ILookup<ServerEnd?, FoundLoss> ends = refused[false].ToLookup(loss => EndOf(facts, loss));
        foreach (IGrouping<ServerEnd?, FoundLoss> end in ends.Where(end => end.Key is not null))
        {
            groups.Add(LossGroup.Of(end) with { IsServerEnd = true, Mark = end.Key!.Mark });
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

    // The end or the silence of a server with which the loss belongs together: by its cause, or because it lies in between.
    private static ServerEnd? EndOf(FactSet facts, FoundLoss loss)
    {
        string? id = loss.Loss.ServerId;
        ServerFacts? server = facts.ServerOf(id);
        ServerMark? mark = server?.MarkOf(loss.Loss.From, loss.Loss.To, facts.Options.ClockMargin);
        if (s_serverEnds.Contains(loss.Loss.Verdict))
        {
            return new ServerEnd(id ?? loss.Loss.Server, loss.Loss.Verdict == FleetVerdict.Frozen ? mark : server?.EndMark);
        }

        if (mark is null)
        {
            return null;
        }

        DateTimeOffset? end = mark.Back ?? server!.End?.To;
        return end is null || loss.Loss.From <= end + ServerFacts.AfterEnd ? new ServerEnd(id!, mark.Back is null ? server!.EndMark : mark) : null;
    }

    // A server ends once, and may be silent several times before.
    private sealed record ServerEnd(string Id, ServerMark? Mark);

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
