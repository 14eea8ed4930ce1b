namespace Earshot.Fleet.Records;

/// <summary>Makes the entry of an event. An allow-list: what is not named here (texts, subjects, snapshots, protocol lines) is never kept.</summary>
internal static class JournalEntries
{
    /// <summary>The reason of an attempt that failed because the client has refused the certificate of the server.</summary>
    public const string CertificateRefused = "CertificateRefused";

    /// <summary>The reason of the entry with which a shipper ends in order: what happens to the connection afterwards is not in its journal.</summary>
    public const string ShippingEnded = "ShippingEnded";

    /// <summary>Returns the entry. That of a kind that says nothing about sessions has only number, time and session, so that no hole appears.</summary>
    public static JournalEntry Of(NatsConnectionEvent e)
    {
        var entry = new JournalEntry { Kind = e.Kind, Sequence = e.Sequence, Time = e.Timestamp, Session = e.SessionId, Outage = e.OutageId, Attempt = e.AttemptId };
        return e switch
        {
            NatsConnectedEvent connected => Established(entry, connected.Server, connected.Info) with { Duration = connected.Duration.TotalSeconds, Count = connected.Attempts },
            NatsReconnectedEvent reconnected => Established(entry, reconnected.Server, reconnected.Info) with { Duration = reconnected.OutageDuration.TotalSeconds, Count = reconnected.Attempts },
            NatsDisconnectedEvent lost => entry with
            {
                Reason = lost.Reason.ToString(),
                Duration = lost.SessionUptime.TotalSeconds,
                Server = Of(lost.Server) with { Id = lost.ServerId ?? lost.Server.Id },
                ClientId = lost.ClientId,
                Exception = TypeOf(lost.Exception),
                Count = lost.UncertainMessages,
            },
            NatsConnectAttemptFailedEvent failed => entry with
            {
                Phase = failed.Phase,
                Reason = failed switch
                {
                    { Abandoned: true } => "Abandoned",
                    { Exception: NatsTlsException { IsCertificateRefused: true } } => CertificateRefused,
                    _ => failed.ServerError?.Code.ToString(),
                },
                Duration = failed.Duration.TotalSeconds,
                Server = Of(failed.Server) with { Id = failed.ServerId },
                ClientId = failed.ClientId,
                Exception = TypeOf(failed.Exception),
                Count = failed.RepeatCount,
            },
            NatsResubscribedEvent restored => entry with { Duration = restored.Duration.TotalSeconds, Count = restored.Count, Window = (restored.Window.To - restored.Window.From).TotalSeconds },
            NatsClosedEvent closed => entry with { Reason = closed.Reason.ToString(), Exception = TypeOf(closed.Exception) },
            NatsLameDuckModeEvent lameDuck => entry with { Server = Of(lameDuck.Server), Reason = lameDuck.Action.ToString() },
            NatsProcessStalledEvent stalled => entry with { Duration = stalled.Duration.TotalSeconds, Reason = stalled.StallKind.ToString() },
            NatsServerErrorEvent error => entry with { Reason = error.Code.ToString() },
            NatsAuthenticationErrorEvent error => entry with { Reason = error.Error.ToString(), Server = Of(error.Server) },
            NatsStaleConnectionEvent stale => entry with { Reason = stale.Reason.ToString(), Duration = stale.SinceLastInbound.TotalSeconds },
            _ => OfOthers(entry, e),
        };
    }

    private static JournalEntry OfOthers(JournalEntry entry, NatsConnectionEvent e) => e switch
    {
        NatsPendingDiscardedEvent discarded => entry with { Count = discarded.Messages, Reason = discarded.Cause.ToString() },
        NatsPendingReplayedEvent replayed => entry with { Count = replayed.Messages, Duration = replayed.Duration.TotalSeconds },
        NatsRequestsFailedEvent requests => entry with { Count = requests.Count, Reason = requests.Mode.ToString() },
        NatsLimitExceededEvent limit => entry with { Reason = limit.Limit.ToString() },
        NatsSlowConsumerEvent slow => entry with { Count = slow.PendingMessages, Reason = slow.Policy.ToString() },
        NatsDrainStartedEvent drain => entry with { Reason = drain.Scope.ToString() },
        NatsEventsMissedEvent missed => entry with { Count = missed.ToSequence - missed.FromSequence + 1 },
        _ => entry,
    };

    private static JournalEntry Established(JournalEntry entry, NatsServer server, NatsServerInfo info) => entry with
    {
        Server = Of(server) with { Id = NullIfEmpty(info.Id), Name = NullIfEmpty(info.Name) },
        ClientId = info.ClientId == 0 ? null : info.ClientId,
        Ip = NullIfEmpty(info.ClientIp),
    };

    private static JournalServer Of(NatsServer server) => new() { Url = FleetRedaction.Url(server.Url), Id = NullIfEmpty(server.Id), Name = NullIfEmpty(server.Name) };

    // An exception of an event that was read from a file is a description; its text begins with the type.
    private static string? TypeOf(Exception? exception)
    {
        if (exception is null)
        {
            return null;
        }

        string name = exception.GetType().FullName ?? "";
        return FleetRedaction.TypeName(name.EndsWith(".RecordedException", StringComparison.Ordinal) ? exception.ToString().Split(':')[0] : name);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
