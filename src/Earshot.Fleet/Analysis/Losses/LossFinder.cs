namespace Earshot.Fleet.Analysis;

/// <summary>Finds every loss and every refusal, each once. Joins both halves by server id and client id, then by the unique name and the start; never by the name alone.</summary>
internal sealed class LossFinder(FactSet facts)
{
    private static readonly TimeSpan s_longestHandshake = TimeSpan.FromSeconds(10);

    // A connection that the client ended itself, on request of its application, was not lost.
    private static readonly NatsDisconnectReason?[] s_requested = [NatsDisconnectReason.UserClosed, NatsDisconnectReason.Drained, NatsDisconnectReason.Disposed, NatsDisconnectReason.ForceReconnect];

    private readonly AbandonedAttempts _abandoned = new(facts);
    private readonly HashSet<SessionKey> _joined = [];
    private readonly HashSet<SessionKey> _claimed = []; // two files may have the same journal; the one with the end is taken

    public IReadOnlyList<FoundLoss> Find()
    {
        var cases = new List<LossCase>();
        IEnumerable<(JournalFacts Journal, JournalSession Session)> sessions = facts.Journals.SelectMany(journal => journal.Sessions.Select(session => (journal, session)));
        foreach ((JournalFacts journal, JournalSession session) in sessions.OrderBy(pair => pair.Session.End is null))
        {
            if ((session.Key is not { } key || _claimed.Add(key)) && OfJournal(journal, session) is { } loss)
            {
                cases.Add(loss);
            }
        }

        cases.AddRange(Refusals());
        foreach (ServerSession session in facts.Sessions.Values.Where(session => !_joined.Contains(session.Key)))
        {
            if (OfServer(session) is { } loss)
            {
                cases.Add(loss);
            }
        }

        return new OutcomeFinder(facts, _joined).Complete(cases);
    }

    private LossCase? OfJournal(JournalFacts journal, JournalSession session)
    {
        ServerSession? other = Partner(journal, session);
        if (other is not null)
        {
            _joined.Add(other.Key);
        }

        ServerFacts? server = facts.ServerOf(session.Server?.Id);
        if (session.End is { } end)
        {
            DateTimeOffset at = facts.Clocks.OfJournal(journal.Connection.Id, end.Time);
            var loss = new LossCase { From = at, To = at, Session = other, Journal = journal, Own = session, Server = server };
            return s_requested.Contains(loss.ClientReason) ? null : loss;
        }

        bool isLast = journal.Sessions[^1].Number == session.Number;
        bool isClosed = isLast && journal.EndsInOrder && IsRequested(journal, other);
        bool stops = isLast && !journal.EndsInOrder;
        if (other?.Stop is { } stop)
        {
            return isClosed ? null : new LossCase { From = stop, To = stop, Session = other, Journal = journal, Own = session, Server = server, JournalStops = stops };
        }

        return IsUpAtEnd(server, other?.SeenOpen ?? Corrected(journal, session)) && !isClosed
            ? new LossCase { From = Start(server!), To = server!.End!.Value.To, Session = other, Journal = journal, Own = session, Server = server, JournalStops = stops }
            : null;
    }

    // The shipper of a journal ends before its connection: how that ended is known from the server alone.
    private static bool IsRequested(JournalFacts journal, ServerSession? other) => journal.Entries[^1].Kind == NatsEventKind.Closed || other?.Reason is null or "Client Closed";

    private LossCase? OfServer(ServerSession session)
    {
        ServerFacts? server = facts.ServerOf(session.Key.ServerId);
        if (session.Stop is { } stop)
        {
            return IsProbe(session) || _abandoned.Contains(session) ? null : new LossCase { From = stop, To = stop, Session = session, Server = server, IsRefusal = IsRefusal(session) };
        }

        return session.WasOpen && IsUpAtEnd(server, session.SeenOpen) ? new LossCase { From = Start(server!), To = server!.End!.Value.To, Session = session, Server = server } : null;
    }

    // Attempts that a server refused; those on a server that could not be reached are part of an outage.
    private IEnumerable<LossCase> Refusals()
    {
        foreach (JournalFacts journal in facts.Journals)
        {
            foreach (JournalEntry entry in journal.Entries.Where(entry => entry.Kind == NatsEventKind.ConnectAttemptFailed && entry.Reason != "Abandoned"))
            {
                SessionKey? key = entry.Server?.Id is { } id && entry.ClientId is { } cid ? new SessionKey(id, cid) : null;
                ServerSession? other = key is null ? null : facts.Sessions.GetValueOrDefault(key.Value);
                bool isRefusal = other?.Stop is not null || entry.Phase == NatsConnectPhase.Tls || ReasonTable.OfError(entry.Reason) is not null;
                if (!isRefusal || (key is { } claimed && !_claimed.Add(claimed)) || (other is not null && !_joined.Add(other.Key)))
                {
                    continue;
                }

                DateTimeOffset at = other?.Stop ?? facts.Clocks.OfJournal(journal.Connection.Id, entry.Time);
                yield return new LossCase { From = at, To = at, Session = other, Journal = journal, Attempt = entry, Server = facts.ServerOf(entry.Server?.Id), IsRefusal = true };
            }
        }
    }

    // The server never accepted it: there is no record of an open connection, no account, and it was short.
    private static bool IsRefusal(ServerSession session) =>
        !session.WasOpen && ReasonTable.MayRefuse(session.Reason)
        && (session.Client.Account is null or "$G" || ReasonTable.OfClosed(session.Reason) == FleetVerdict.AccountFull)
        && (session.Start is null || session.Stop - session.Start <= s_longestHandshake);

    // It never said who it is: a check of a load balancer, or an attempt that a client gave up because another one was faster.
    private static bool IsProbe(ServerSession session) =>
        !session.WasOpen && !ReasonTable.MayRefuse(session.Reason)
        && session.Client is { Account: null or "$G", User: null, Name: null, Lang: null, Version: null };

    private ServerSession? Partner(JournalFacts journal, JournalSession session)
    {
        if (session.Key is { } key)
        {
            return facts.Sessions.GetValueOrDefault(key);
        }

        if (session.Server?.Id is not { } server || journal.Connection.Name is not { } name || !name.Contains('#', StringComparison.Ordinal) || session.Started is null)
        {
            return null;
        }

        DateTimeOffset started = facts.Clocks.OfJournal(journal.Connection.Id, session.Started.Value);
        return facts.Sessions.Values.FirstOrDefault(other =>
            other.Key.ServerId == server && other.Client.Name == name && other.Start is { } start && (start - started).Duration() <= facts.Options.ClockMargin && !_joined.Contains(other.Key));
    }

    private DateTimeOffset? Corrected(JournalFacts journal, JournalSession session) =>
        session.Started is { } started ? facts.Clocks.OfJournal(journal.Connection.Id, started) : null;

    private bool IsUpAtEnd(ServerFacts? server, DateTimeOffset? seen) => server?.End is { } end && seen is { } at && at <= end.To + facts.Options.ClockMargin;

    private static DateTimeOffset Start(ServerFacts server)
    {
        (DateTimeOffset from, DateTimeOffset to) = server.End!.Value;
        DateTimeOffset marked = server.EndMark is { } mark && mark.At < from ? mark.At : from;
        return marked < to ? marked : to;
    }
}
