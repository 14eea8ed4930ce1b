using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Earshot.Fleet.Streams;

/// <summary>The names of the streams and the subjects of their messages. Version 1 of the format is part of each subject.</summary>
internal static class FleetSubjects
{
    /// <summary>The stream of what clients ship.</summary>
    public const string JournalStream = "EARSHOT_JOURNAL";

    /// <summary>The stream of what a collector has received from servers.</summary>
    public const string ServersStream = "EARSHOT_SERVERS";

    /// <summary>The subjects of the journal stream.</summary>
    public const string AllJournals = JournalPrefix + ">";

    /// <summary>The subjects of the servers stream.</summary>
    public const string AllServers = ServersPrefix + ">";

    /// <summary>Where the journal stream publishes its messages again, for live readers.</summary>
    public const string LiveJournals = "earshot.live.j.>";

    /// <summary>Where the servers stream publishes its messages again, for live readers.</summary>
    public const string LiveServers = "earshot.live.s.>";

    /// <summary>Every subject of the servers stream: the id of the server and the kind of the record.</summary>
    public const string EveryServer = ServersPrefix + "*.*";

    /// <summary>Where the account of a collector imports the events of servers; the kind follows, then the account or the server.</summary>
    public const string EventPrefix = "earshot.sys.";

    /// <summary>The question to all servers for their connections, as the account of a collector imports it.</summary>
    public const string Connections = "earshot.q.connz";

    /// <summary>The question to all servers for their ids, as the account of a collector imports it.</summary>
    public const string Ids = "earshot.q.idz";

    private const string JournalPrefix = "earshot.v1.j.";
    private const string ServersPrefix = "earshot.v1.s.";
    private const int LongestToken = 64;

    private static readonly SearchValues<char> s_tokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether a text can be one token of these subjects: 1 to 64 letters, digits, <c>_</c> and <c>-</c> of ASCII.</summary>
    public static bool IsToken([NotNullWhen(true)] string? text) => text is { Length: > 0 and <= LongestToken } && !text.AsSpan().ContainsAnyExcept(s_tokenCharacters);

    /// <summary>The subject that the journal of one connection is published to.</summary>
    public static string Journal(string service, string instance, string connection) => $"{JournalPrefix}{service}.{instance}.{connection}";

    /// <summary>The subject of a record about one server; the kind is written in lower case, and statistics have the server's word for them.</summary>
    public static string Server(string serverId, ServerRecordKind kind) => $"{ServersPrefix}{serverId}.{(kind == ServerRecordKind.Stats ? "statsz" : kind.ToString().ToLowerInvariant())}";

    /// <summary>
    /// Reads the subject of a stored journal: six tokens for the account of the stream, seven with the account of the publisher in front of the service,
    /// which the server inserts. Others are not journals.
    /// </summary>
    public static bool TryReadJournal(string subject, out string? account, [NotNullWhen(true)] out string? service, [NotNullWhen(true)] out string? instance, [NotNullWhen(true)] out string? connection)
    {
        (account, service, instance, connection) = (null, null, null, null);
        string[] tokens = subject.Split('.');
        if (tokens.Length is not (6 or 7) || !subject.StartsWith(JournalPrefix, StringComparison.Ordinal) || !tokens[^3..].All(IsToken))
        {
            return false;
        }

        account = tokens.Length == 7 ? tokens[3] : null;
        (service, instance, connection) = (tokens[^3], tokens[^2], tokens[^1]);
        return true;
    }
}
