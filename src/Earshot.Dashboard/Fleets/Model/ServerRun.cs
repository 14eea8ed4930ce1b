using Earshot.Fleet;

namespace Earshot.Dashboard.Fleets;

/// <summary>What the records show of one running server over time. A restart begins another run.</summary>
internal sealed class ServerRun(string id)
{
    private readonly List<(DateTimeOffset At, bool IsBack)> _marks = [];

    public string Id => id;

    public string? Name { get; private set; }

    public DateTimeOffset First { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>When it was seen last; a silence is no sight of it.</summary>
    public DateTimeOffset Last { get; private set; } = DateTimeOffset.MinValue;

    public DateTimeOffset? LameDuck { get; private set; }

    public DateTimeOffset? Stopped { get; private set; }

    /// <summary>Returns when it was silent, and until when; null: it has not answered again.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset? Back)> FindSilences()
    {
        var silences = new List<(DateTimeOffset From, DateTimeOffset? Back)>();
        foreach ((DateTimeOffset at, bool isBack) in _marks.OrderBy(mark => mark.At).ThenByDescending(mark => mark.IsBack))
        {
            bool isOpen = silences is [.., (_, null)];
            if (isBack && isOpen)
            {
                silences[^1] = (silences[^1].From, at);
            }
            else if (!isBack && !isOpen)
            {
                silences.Add((at, null));
            }
        }

        return silences;
    }

    /// <summary>Returns the runs of all servers in the order of their beginnings. Pure.</summary>
    public static IReadOnlyList<ServerRun> Of(IReadOnlyList<FleetRecord> records, FleetReport report)
    {
        var runs = report.Servers.ToDictionary(server => server.Id, server => new ServerRun(server.Id) { Name = server.Name }, StringComparer.Ordinal);
        var clocks = report.Servers.ToDictionary(server => server.Id, server => server.ClockOffset, StringComparer.Ordinal);
        foreach (FleetRecord record in records)
        {
            if (record is ServerRecord server && runs.TryGetValue(server.Server.Id, out ServerRun? run))
            {
                run.Add(server.Kind, server.At - clocks[run.Id]);
            }
            else if (record is JournalRecord { Entry: { Server.Id: { } id, Kind: NatsEventKind.LameDuckMode or NatsEventKind.Connected or NatsEventKind.Reconnected } entry } && runs.TryGetValue(id, out ServerRun? named))
            {
                named.Add(entry.Kind == NatsEventKind.LameDuckMode ? ServerRecordKind.LameDuck : ServerRecordKind.Seen, entry.Time);
            }
        }

        return [.. runs.Values.OrderBy(run => run.First).ThenBy(run => run.Id, StringComparer.Ordinal)];
    }

    private void Add(ServerRecordKind kind, DateTimeOffset at)
    {
        First = at < First ? at : First;
        Last = at > Last && kind != ServerRecordKind.Silent ? at : Last;
        switch (kind)
        {
            case ServerRecordKind.LameDuck:
                LameDuck = LameDuck < at ? LameDuck : at;
                break;
            case ServerRecordKind.Shutdown:
                Stopped = Stopped < at ? Stopped : at;
                break;
            case ServerRecordKind.Silent or ServerRecordKind.Back:
                _marks.Add((at, kind == ServerRecordKind.Back));
                break;
        }
    }
}
