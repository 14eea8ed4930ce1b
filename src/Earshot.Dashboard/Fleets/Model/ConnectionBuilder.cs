using System.Globalization;
using Earshot.Fleet;

namespace Earshot.Dashboard.Fleets;

/// <summary>
/// Makes connections of records: those of journals, and each session of a server that belongs to no journal. Both halves have the id of the server and the id that
/// it gave the client. Pure.
/// </summary>
internal sealed class ConnectionBuilder
{
    private readonly Dictionary<string, FleetConnection> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Server, ulong Client), FleetConnection> _sessions = [];
    private readonly Dictionary<string, TimeSpan> _clocks;
    private readonly Dictionary<string, string> _names;

    private ConnectionBuilder(FleetReport report)
    {
        _clocks = report.Servers.ToDictionary(server => server.Id, server => server.ClockOffset, StringComparer.Ordinal);
        _names = report.Servers.ToDictionary(server => server.Id, server => server.Name, StringComparer.Ordinal);
    }

    /// <summary>Returns all connections in the order of their keys, each with its losses.</summary>
    internal static IReadOnlyList<FleetConnection> Build(IReadOnlyList<FleetRecord> records, FleetReport report)
    {
        var builder = new ConnectionBuilder(report);
        foreach (IGrouping<JournalConnection, JournalRecord> journal in records.OfType<JournalRecord>().GroupBy(record => record.Connection))
        {
            builder.AddJournal(journal.Key, journal.Select(record => record.Entry).OrderBy(entry => entry.Sequence));
        }

        foreach (IGrouping<(string, ulong), ServerRecord> session in records.OfType<ServerRecord>().Where(record => record.Client is not null).GroupBy(record => (record.Server.Id, record.Client!.Id)))
        {
            builder.AddSession(session.Key, session);
        }

        foreach (FleetLoss loss in report.Losses)
        {
            builder.Owner(loss)?.Losses.Add(loss);
        }

        return [.. builder._journals.Values.Concat(builder._sessions.Values.Where(connection => !connection.HasJournal)).OrderBy(connection => connection.Key, StringComparer.Ordinal)];
    }

    private void AddJournal(JournalConnection journal, IEnumerable<JournalEntry> entries)
    {
        if (!_journals.TryGetValue(journal.Id, out FleetConnection? connection))
        {
            _journals[journal.Id] = connection = new FleetConnection($"j.{journal.Id}") { HasJournal = true };
        }

        (connection.Name, connection.Service) = (connection.Name ?? journal.Name ?? journal.Service, connection.Service ?? journal.Service);
        FleetSession? open = null;
        foreach (JournalEntry entry in entries.Where(entry => entry.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected or NatsEventKind.Disconnected or NatsEventKind.Closed))
        {
            if (entry.Server?.Id is { } id && entry.ClientId is { } client)
            {
                _sessions[(id, client)] = connection;
            }

            if (open is { } session && entry.Kind != NatsEventKind.Disconnected)
            {
                connection.Sessions.Add(session with { To = entry.Time });
                open = null;
            }

            if (entry.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected)
            {
                connection.Host ??= entry.Ip;
                open = new FleetSession(entry.Server?.Id, entry.Server?.Name ?? entry.Server?.Url ?? "unknown server", entry.Time, null);
            }
            else if (entry.Kind == NatsEventKind.Disconnected)
            {
                DateTimeOffset? began = open?.From ?? (entry.Duration is { } uptime and < 1e9 ? entry.Time - TimeSpan.FromSeconds(uptime) : null);
                connection.Sessions.Add(new FleetSession(entry.Server?.Id, entry.Server?.Name ?? open?.Server ?? "unknown server", began, entry.Time));
                open = null;
            }
        }

        if (open is { } last)
        {
            connection.Sessions.Add(last);
        }
    }

    private void AddSession((string Server, ulong Client) key, IEnumerable<ServerRecord> records)
    {
        List<ServerRecord> all = [.. records.OrderBy(record => record.At)];
        ServerClient client = all[^1].Client!;
        if (_sessions.TryGetValue(key, out FleetConnection? connection))
        {
            (connection.Host, connection.Name) = (connection.Host ?? client.Ip, client.Name ?? connection.Name);
            return;
        }

        // A client that was refused had no connection.
        DateTimeOffset? start = all.Select(record => record.Client!.Start).OfType<DateTimeOffset>().Select(at => (DateTimeOffset?)at).Min() ?? all.FirstOrDefault(record => record.Kind == ServerRecordKind.Connect)?.At;
        DateTimeOffset? end = all.LastOrDefault(record => record.Kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled) is { } stop ? stop.Client!.Stop ?? stop.At : null;
        TimeSpan clock = _clocks.GetValueOrDefault(key.Server);
        string server = _names.GetValueOrDefault(key.Server, key.Server);
        _sessions[key] = connection = new FleetConnection(string.Create(CultureInfo.InvariantCulture, $"s.{key.Server}.{key.Client}"))
        {
            Name = all.Select(record => record.Client!.Name).OfType<string>().LastOrDefault() ?? string.Create(CultureInfo.InvariantCulture, $"cid {key.Client} of {server}"),
            Host = client.Ip,
        };
        connection.Service = client.Name is null ? client.User : null;
        connection.Sessions.Add(new FleetSession(key.Server, server, start - clock, end - clock));
    }

    private FleetConnection? Owner(FleetLoss loss) =>
        loss.ConnectionId is { } id && _journals.TryGetValue(id, out FleetConnection? journal) ? journal
        : loss is { ServerId: { } server, ClientId: { } client } ? _sessions.GetValueOrDefault((server, client)) : null;
}
