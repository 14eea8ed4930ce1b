using System.Text.Json;
using Earshot.Fleet.Records;

namespace Earshot.Fleet.Analysis;

/// <summary>Merges the records of servers about one connection. The result does not depend on their order or number.</summary>
internal static class ServerSessions
{
    /// <summary>Returns records without those that are equal, in an order that depends only on their content.</summary>
    public static IReadOnlyList<ServerRecord> Distinct(IEnumerable<FleetRecord> records)
    {
        List<ServerRecord> distinct = [.. records.OfType<ServerRecord>().Distinct()];
        distinct.Sort(Compare);
        return distinct;
    }

    public static SortedDictionary<SessionKey, ServerSession> Merge(IReadOnlyList<ServerRecord> records, ClockOffsets clocks)
    {
        var sessions = new SortedDictionary<SessionKey, ServerSession>();
        foreach (ServerRecord record in records.Where(record => record.Client is not null && IsOfClient(record)))
        {
            var key = new SessionKey(record.Server.Id, record.Client!.Id);
            sessions[key] = Add(sessions.GetValueOrDefault(key) ?? new ServerSession(key), record, clocks);
        }

        return sessions;
    }

    // The whole content decides only between records that differ in little.
    private static int Compare(ServerRecord a, ServerRecord b)
    {
        int order = string.CompareOrdinal(a.Server.Id, b.Server.Id);
        order = order != 0 ? order : (a.Client?.Id ?? 0).CompareTo(b.Client?.Id ?? 0);
        order = order != 0 ? order : a.Kind.CompareTo(b.Kind);
        order = order != 0 ? order : a.At.CompareTo(b.At);
        return order != 0 || ReferenceEquals(a, b) ? order : string.CompareOrdinal(JsonSerializer.Serialize(a, FleetJson.Default.ServerRecord), JsonSerializer.Serialize(b, FleetJson.Default.ServerRecord));
    }

    // Leaf nodes and routes are connections between servers.
    private static bool IsOfClient(ServerRecord record) => record.Client!.Kind is null || record.Client.Kind.Equals("Client", StringComparison.OrdinalIgnoreCase);

    private static ServerSession Add(ServerSession session, ServerRecord record, ClockOffsets clocks)
    {
        ServerClient client = record.Client!;
        bool isOpen = record.Kind is ServerRecordKind.Open or ServerRecordKind.Connect;
        bool isEnd = record.Kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled;
        DateTimeOffset at = clocks.OfServer(record.Server.Id, record.At);
        return session with
        {
            Client = Merge(session.Client, client),
            Start = session.Start ?? (client.Start is { } start ? clocks.OfServer(record.Server.Id, start) : record.Kind == ServerRecordKind.Connect ? at : null),
            Stop = session.Stop ?? (isEnd ? clocks.OfServer(record.Server.Id, client.Stop ?? record.At) : null),
            Reason = session.Reason ?? (isEnd ? record.Reason : null),
            WasOpen = session.WasOpen || isOpen,
            SeenOpen = isOpen && (session.SeenOpen is null || session.SeenOpen < at) ? at : session.SeenOpen,
            Records = session.Records + 1,
        };
    }

    private static ServerClient Merge(ServerClient a, ServerClient b) => a with
    {
        Start = a.Start ?? b.Start,
        Stop = a.Stop ?? b.Stop,
        Account = a.Account is null or "$G" ? b.Account ?? a.Account : a.Account,
        User = a.User ?? b.User,
        Name = a.Name ?? b.Name,
        Ip = a.Ip ?? b.Ip,
        Port = a.Port == 0 ? b.Port : a.Port,
        Lang = a.Lang ?? b.Lang,
        Version = a.Version ?? b.Version,
        Kind = a.Kind ?? b.Kind,
    };
}
