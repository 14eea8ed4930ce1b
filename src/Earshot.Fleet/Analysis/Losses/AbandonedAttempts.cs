using System.Text.RegularExpressions;

namespace Earshot.Fleet.Analysis;

/// <summary>
/// Connections that a server accepted and its client never used: it tries several servers at a time, and ends the others when one is faster. For the server they
/// are connections like any other.
/// </summary>
internal sealed partial class AbandonedAttempts
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);
    private static readonly string?[] s_ofClient = ["Client Closed", "Read Error", "Write Error"];

    private readonly FactSet _facts;
    private readonly HashSet<SessionKey> _named = [];
    private readonly ILookup<string, JournalFacts> _journals;
    private readonly ILookup<string, ServerSession> _sessions; // of names that NatsOpts.UniqueName has made

    public AbandonedAttempts(FactSet facts)
    {
        _facts = facts;
        _journals = facts.Journals.Where(journal => IsUnique(journal.Connection.Name)).ToLookup(journal => journal.Connection.Name!, StringComparer.Ordinal);
        _sessions = facts.Sessions.Values.Where(session => session.Client.Name is { } name && UniqueEnd.IsMatch(name)).ToLookup(session => session.Client.Name!, StringComparer.Ordinal);
        foreach (JournalEntry entry in facts.Journals.SelectMany(journal => journal.Entries).Where(entry => entry is { Kind: NatsEventKind.ConnectAttemptFailed, Reason: "Abandoned" }))
        {
            if (entry.Server?.Id is { } server && entry.ClientId is { } client)
            {
                _named.Add(new SessionKey(server, client));
            }
        }
    }

    /// <summary>Whether a connection that belongs to no session of a journal is one of these.</summary>
    public bool Contains(ServerSession session) => _named.Contains(session.Key) || IsDuringAttempts(session) || IsConcurrent(session);

    [GeneratedRegex("#[0-9a-f]{6}\\.[0-9]+$")]
    private static partial Regex UniqueEnd { get; }

    private static bool IsUnique(string? name) => name?.Contains('#', StringComparison.Ordinal) == true;

    // Attempts that are folded have lost their ids: then the unique name says whose it is, and the journal that another session came of it.
    private bool IsDuringAttempts(ServerSession session) =>
        session is { Start: { } start, Stop: { } stop, Client.Name: { } name } && stop - start <= s_longest
        && _journals[name].Any(journal => journal.Sessions.Any(own => own is { Begun: not null, Started: not null } && own.Key != session.Key
            && At(journal, own.Begun.Value) - _facts.Options.ClockMargin <= start && start <= At(journal, own.Started.Value) + _facts.Options.ClockMargin));

    // Without a journal: a client with a unique name has one connection, so that of two at a time the one that stays is the client's. A server that ends, or was silent, has ended them itself.
    private bool IsConcurrent(ServerSession session) =>
        session is { Start: { } start, Stop: { } stop, Client.Name: { } name } && stop - start <= s_longest && s_ofClient.Contains(session.Reason)
        && _facts.ServerOf(session.Key.ServerId)?.MarkOf(stop, stop, _facts.Options.ClockMargin) is null
        && _sessions[name].Any(other => other.Key != session.Key && other.Identity == session.Identity && other.Start < stop && (EndOf(other) is not { } end || end > stop));

    // The end of a server is the end of its connections.
    private DateTimeOffset? EndOf(ServerSession session) => session.Stop ?? _facts.ServerOf(session.Key.ServerId)?.End?.To;

    private DateTimeOffset At(JournalFacts journal, DateTimeOffset time) => _facts.Clocks.OfJournal(journal.Connection.Id, time);
}
