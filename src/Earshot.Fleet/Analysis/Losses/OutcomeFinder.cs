using System.Globalization;

namespace Earshot.Fleet.Analysis;

/// <summary>Completes losses: who was lost, what both halves say, and what became of the client.</summary>
internal sealed class OutcomeFinder(FactSet facts, IReadOnlySet<SessionKey> joined)
{
    private static readonly TimeSpan s_inferredWithin = TimeSpan.FromSeconds(60);

    public IReadOnlyList<FoundLoss> Complete(IReadOnlyList<LossCase> cases)
    {
        var lives = new ProcessLives(facts, cases);
        List<FoundLoss> found = [.. cases.Select(loss => Of(loss, lives)).Order()];
        return [.. WithInferred(found).Select(loss => loss with { Loss = loss.Loss with { OutcomeText = Sentences.Outcome(loss.Loss) } })];
    }

    private FoundLoss Of(LossCase loss, ProcessLives lives)
    {
        ServerClient? client = loss.Session?.Client;
        JournalServer? named = loss.Own?.Server ?? loss.Attempt?.Server;
        FleetVerdict verdict = VerdictRules.Of(loss, facts.Options, facts.Clocks, lives);
        ulong? cid = loss.Session?.Key.ClientId ?? loss.Own?.ClientId ?? loss.Attempt?.ClientId;
        var found = new FleetLoss
        {
            ServerId = loss.Session?.Key.ServerId ?? named?.Id,
            Server = loss.Server?.Name ?? named?.Name ?? loss.Session?.Key.ServerId ?? named?.Id ?? named?.Url ?? "an unknown server",
            ClientId = cid,
            ConnectionId = loss.Journal?.Connection.Id,
            Session = loss.Own?.Number ?? 0,
            Name = client?.Name ?? loss.Journal?.Connection.Name ?? loss.Journal?.Connection.Service,
            Process = loss.Journal?.Connection is { Service: { } service, Instance: { } instance } ? $"{service}/{instance}" : null,
            Account = client?.Account,
            User = client?.User,
            Host = client?.Ip ?? loss.Own?.Ip,
            From = loss.From,
            To = loss.To,
            IsRefusal = loss.IsRefusal,
            Verdict = verdict,
            Cause = verdict == FleetVerdict.Unknown ? Unexplained(loss) : VerdictText.Of(verdict),
            OutcomeText = "",
            ClientSays = ClientSays(loss),
            ServerSays = loss.ServerReason,
            FailedAttempts = loss.Attempt?.Count ?? (loss.IsRefusal ? 1 : 0),
        };
        found = loss.Own?.End is { } end ? WithOutcome(found, loss.Journal!, end) : loss.IsRefusal ? found : WithoutJournal(found, lives.RefusedLater(loss));
        int known = (loss.Session?.Records ?? 0) + (loss.Own?.End is null ? 0 : 1) + (loss.Attempt is null ? 0 : 1) + (found.Outcome is FleetOutcome.Back or FleetOutcome.Closed ? 1 : 0);
        return new FoundLoss(found, Key(loss, found), known) { IsSeen = loss.Own?.End is not null };
    }

    // A missing half is named.
    private static string Unexplained(LossCase loss) => loss switch
    {
        { Journal: null, ServerReason: "Client Closed" or "Read Error" } => "not known: the client closed the connection, its process ended, or it was interrupted; its journal would show which",
        { Journal: null } => "not known: there is no journal of the client, and the server's reason needs it",
        { ServerReason: null } => "not known: the server's half is missing",
        _ => "not known: both halves are here and do not explain it",
    };

    private static string Key(LossCase loss, FleetLoss found) => found.ServerId is { } server && found.ClientId is { } cid
        ? string.Create(CultureInfo.InvariantCulture, $"{server}:{cid}")
        : string.Create(CultureInfo.InvariantCulture, $"{found.ConnectionId}:{loss.Own?.Number ?? 0}:{loss.Attempt?.Sequence ?? 0}");

    private string? ClientSays(LossCase loss) => loss switch
    {
        { Attempt: { } attempt } => $"attempt failed in {attempt.Phase}{(attempt.Reason is null ? "" : $": {attempt.Reason}")}{(attempt.Exception is null ? "" : $" ({attempt.Exception})")}",
        { Own.End: { } end } => $"{end.Reason}{(end.Exception is null ? "" : $" ({end.Exception})")}",
        { JournalStops: true, Journal: { } journal } => $"the journal ends at {Words.Time(facts.Clocks.OfJournal(journal.Connection.Id, journal.Entries[^1].Time))} with this session, without Closed",
        { Journal: not null } => "the journal has no event of the loss",
        _ => null,
    };

    // The end of a process is the end of its connections; a client that was refused afterwards has none.
    private FleetLoss WithoutJournal(FleetLoss loss, ServerSession? refusal) => refusal is not null
        ? loss with { Outcome = FleetOutcome.Down, LastFailure = $"{NatsConnectPhase.Authentication} on {facts.ServerOf(refusal.Key.ServerId)?.Label ?? refusal.Key.ServerId}" }
        : loss.Verdict == FleetVerdict.ProcessDied ? loss with { Outcome = FleetOutcome.Closed } : loss;

    // Both times are of one clock, so their difference is exact.
    private FleetLoss WithOutcome(FleetLoss loss, JournalFacts journal, JournalEntry end)
    {
        (long failed, JournalEntry? last) = (0, null);
        foreach (JournalEntry entry in journal.After(end))
        {
            switch (entry.Kind)
            {
                case NatsEventKind.ConnectAttemptFailed when entry.Reason != "Abandoned":
                    (failed, last) = (failed + (entry.Count ?? 1), entry);
                    break;
                case NatsEventKind.Reconnected or NatsEventKind.Connected:
                    return WithAttempts(loss, journal, failed, last) with { Outcome = FleetOutcome.Back, Downtime = entry.Time > end.Time ? entry.Time - end.Time : TimeSpan.Zero, BackOn = entry.Server?.Name ?? entry.Server?.Id };
                case NatsEventKind.Closed:
                    return WithAttempts(loss, journal, failed, last) with { Outcome = FleetOutcome.Closed };
                default:
                    break;
            }
        }

        return WithAttempts(loss, journal, failed, last) with { Outcome = FleetOutcome.Down };
    }

    private FleetLoss WithAttempts(FleetLoss loss, JournalFacts journal, long failed, JournalEntry? last) => last is null
        ? loss
        : loss with { FailedAttempts = failed, LastFailure = $"{Word(last.Phase)} on {NameOf(last.Server, journal)}" };

    // A server that did not answer has told the client neither its name nor its id; an earlier session at the same address has.
    private string? NameOf(JournalServer? server, JournalFacts journal) => server is null
        ? null
        : server.Name ?? facts.ServerOf(server.Id)?.Name
            ?? (server.Url is null ? null : journal.Entries.LastOrDefault(entry => entry.Server?.Url == server.Url && entry.Server.Name is not null)?.Server!.Name)
            ?? server.Url ?? server.Id;

    private static string Word(NatsConnectPhase? phase) => phase switch
    {
        NatsConnectPhase.Tls => "TLS",
        NatsConnectPhase.Tcp => "TCP",
        NatsConnectPhase.Dns => "DNS",
        null => "an unknown phase",
        _ => phase.Value.ToString(),
    };

    // A client whose journal is not there, or not yet: the next connection of the same account, user, name and address, each used once.
    private List<FoundLoss> WithInferred(List<FoundLoss> found)
    {
        Dictionary<(string?, string?, string?, string?), ServerSession[]> starts = facts.Sessions.Values
            .Where(session => session.Start is not null && session.Client.Name is not null && session.Client.Ip is not null && !joined.Contains(session.Key))
            .GroupBy(session => session.Identity).ToDictionary(same => same.Key, same => same.OrderBy(session => session.Start).ThenBy(session => session.Key).ToArray());
        HashSet<SessionKey> used = [.. found.Where(loss => loss.Loss.IsRefusal && loss.Loss is { ServerId: not null, ClientId: not null }).Select(loss => new SessionKey(loss.Loss.ServerId!, loss.Loss.ClientId!.Value))];
        for (int i = 0; i < found.Count; i++)
        {
            FleetLoss loss = found[i].Loss;
            if (found[i].IsSeen || loss.IsRefusal || loss.Outcome == FleetOutcome.Closed || loss is not { ServerId: { } server, ClientId: { } client } || !starts.TryGetValue((loss.Account, loss.User, loss.Name, loss.Host), out ServerSession[]? same) || Next(loss, new SessionKey(server, client), same, used) is not { } next)
            {
                continue;
            }

            used.Add(next.Key);
            TimeSpan downtime = next.Start!.Value - (next.Start < loss.From ? Begun(loss) : loss.From);
            loss = loss with { Outcome = FleetOutcome.InferredBack, Downtime = downtime > TimeSpan.Zero ? downtime : TimeSpan.Zero, BackOn = facts.ServerOf(next.Key.ServerId)?.Label, LastFailure = null };
            found[i] = found[i] with { Loss = loss, Facts = found[i].Facts + 1 };
        }

        return found;
    }

    // A silent server sees the end of a connection when it answers again: the client may be elsewhere since long before.
    private DateTimeOffset Begun(FleetLoss loss) =>
        facts.ServerOf(loss.ServerId)?.MarkOf(loss.From, loss.To, facts.Options.ClockMargin) is { Kind: ServerRecordKind.Silent } mark && mark.At < loss.From ? mark.At : loss.From;

    // Without the ids of the lost connection, its own session could seem to be the next one.
    private ServerSession? Next(FleetLoss loss, SessionKey own, ServerSession[] same, HashSet<SessionKey> used)
    {
        DateTimeOffset first = Begun(loss) - facts.Options.ClockMargin;
        (int low, int high) = (0, same.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = same[middle].Start < first ? (middle + 1, high) : (low, middle);
        }

        for (int i = low; i < same.Length && same[i].Start <= loss.To + s_inferredWithin; i++)
        {
            if (same[i].Key != own && !used.Contains(same[i].Key))
            {
                return same[i];
            }
        }

        return null;
    }
}
