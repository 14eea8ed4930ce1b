namespace Earshot.Fleet.Analysis;

/// <summary>
/// Whether the process of a client ran on after a loss, as what is known of its other connections shows: a journal that stops may be that of a process which
/// cannot ship now.
/// </summary>
internal sealed class ProcessLives
{
    private const string ClientClosed = "Client Closed";

    // A process that lost all its connections ships again up to ten seconds after it has one.
    private static readonly TimeSpan s_silentFor = TimeSpan.FromSeconds(20);

    // The operating system closes all connections of a process when it ends.
    private static readonly TimeSpan s_together = TimeSpan.FromSeconds(2);

    private readonly FactSet _facts;
    private readonly Dictionary<(string, string), List<(DateTimeOffset From, DateTimeOffset To)>> _journals = [];
    private readonly ILookup<(string, string), DateTimeOffset> _closed;
    private readonly Dictionary<(string?, string, string), ServerSession> _refused = [];

    public ProcessLives(FactSet facts, IReadOnlyList<LossCase> cases)
    {
        _facts = facts;
        foreach (JournalFacts journal in facts.Journals)
        {
            if (Process(journal) is { } process)
            {
                Add(process, journal);
            }
        }

        _closed = cases.Where(loss => loss.JournalStops && IsClosed(loss) && Process(loss.Journal) is not null).ToLookup(loss => Process(loss.Journal)!.Value, loss => loss.To);
        foreach (ServerSession session in facts.Sessions.Values.Where(session => !session.WasOpen && session.Start is not null && ReasonTable.MayRefuse(session.Reason)))
        {
            if (Client(session) is { } client && (!_refused.TryGetValue(client, out ServerSession? last) || last.Start < session.Start))
            {
                _refused[client] = session;
            }
        }
    }

    /// <summary>Whether a client whose journal stops with a session that its server saw end, can be taken for dead.</summary>
    public bool HasEnded(LossCase loss)
    {
        IncidentOptions options = _facts.Options;
        if (!loss.JournalStops || (options.CompleteUntil is { } until && loss.To > until) || RefusedLater(loss) is not null)
        {
            return false;
        }

        if (Process(loss.Journal) is not { } process)
        {
            return true;
        }

        DateTimeOffset after = loss.To + options.ClockMargin;
        bool runs = _journals[process].Exists(journal => journal.From < loss.To && journal.To > after);
        // An interrupted network is what breaks connections of a process that runs.
        bool mayBeCutOff = !_closed[process].Any(at => (at - loss.To).Duration() <= s_together) && loss.To + s_silentFor > options.CompleteUntil;
        return !runs && !mayBeCutOff;
    }

    /// <summary>The last refusal of a client that asked for a connection after its loss: it runs. Null without one.</summary>
    public ServerSession? RefusedLater(LossCase loss) =>
        loss.Session is { } session && Client(session) is { } client && _refused.TryGetValue(client, out ServerSession? last) && last.Start >= loss.To - _facts.Options.ClockMargin ? last : null;

    private void Add((string, string) process, JournalFacts journal)
    {
        if (!_journals.TryGetValue(process, out List<(DateTimeOffset From, DateTimeOffset To)>? all))
        {
            _journals[process] = all = [];
        }

        string id = journal.Connection.Id;
        DateTimeOffset last = _facts.Clocks.OfJournal(id, journal.Entries[^1].Time);
        DateTimeOffset? open = journal.Sessions is [.., { Key: { } key }] && _facts.Sessions.GetValueOrDefault(key) is { Stop: null, SeenOpen: { } seen } ? seen : null;
        all.Add((_facts.Clocks.OfJournal(id, journal.Entries[0].Time), open > last ? open.Value : last));
    }

    private static bool IsClosed(LossCase loss) => ClientClosed.Equals(loss.ServerReason, StringComparison.OrdinalIgnoreCase);

    // A process of the same name that started later has other connections.
    private static (string, string)? Process(JournalFacts? journal) => journal?.Connection is { Service: { } service, Instance: { } instance } ? (service, instance) : null;

    private static (string?, string, string)? Client(ServerSession session) => session.Client is { Name: { } name, Ip: { } ip } ? (session.Client.User, name, ip) : null;
}
