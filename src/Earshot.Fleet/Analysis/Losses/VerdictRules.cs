using Earshot.Fleet.Records;

namespace Earshot.Fleet.Analysis;

/// <summary>From the two halves of a loss to its cause. Rules are tried in order; the first that applies decides.</summary>
internal static class VerdictRules
{
    private const string ClientClosed = "Client Closed";
    private const string ServerShutdown = "Server Shutdown";
    private const string TlsFailure = "TLS Handshake Failure";

    // A pause is reported when the process runs again, which may be after the server has closed the connection.
    private static readonly TimeSpan s_pauseBefore = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pauseAfter = TimeSpan.FromSeconds(60);

    // A server with the name of the lost one shows why it was lost only soon afterwards.
    private static readonly TimeSpan s_replacedWithin = TimeSpan.FromMinutes(10);

    public static FleetVerdict Of(LossCase loss, IncidentOptions options, ClockOffsets clocks, ProcessLives lives)
    {
        if (loss.IsRefusal)
        {
            return OfRefusal(loss);
        }

        return ReasonTable.OfClosed(loss.ServerReason)
            ?? OfServer(loss, options)
            ?? OfPause(loss, clocks)
            ?? OfClient(loss, lives)
            ?? FleetVerdict.Unknown;
    }

    private static FleetVerdict OfRefusal(LossCase loss)
    {
        bool clientSawTls = loss.Attempt is { Phase: NatsConnectPhase.Tls };
        if (clientSawTls && loss.Attempt!.Reason == JournalEntries.CertificateRefused)
        {
            return FleetVerdict.Certificate; // with TLS 1.3 the handshake is over for the server, which only sees the end of the connection
        }

        bool serverSawTls = TlsFailure.Equals(loss.ServerReason, StringComparison.OrdinalIgnoreCase);
        return (clientSawTls, serverSawTls) switch
        {
            (true, true) => FleetVerdict.Certificate,
            (true, false) or (false, true) => FleetVerdict.TlsFailed,
            _ => ReasonTable.OfClosed(loss.ServerReason) ?? ReasonTable.OfError(loss.Attempt?.Reason) ?? FleetVerdict.Unknown,
        };
    }

    // What the server announced, or how it ended.
    private static FleetVerdict? OfServer(LossCase loss, IncidentOptions options)
    {
        if (loss.ClientReason == NatsDisconnectReason.LameDuck)
        {
            return FleetVerdict.PlannedRestart;
        }

        if (loss.Server is not { } server || (loss.ClientReason is not null && !MayBeOfServer(loss)))
        {
            return null;
        }

        if (server.MarkOf(loss.From, loss.To, options.ClockMargin) is { } mark)
        {
            return mark.Kind switch
            {
                ServerRecordKind.LameDuck => FleetVerdict.PlannedRestart,
                ServerRecordKind.Shutdown => FleetVerdict.Stopped,
                _ when mark.Back is not null => FleetVerdict.Frozen,
                _ when server.End is not null => FleetVerdict.Died,
                _ => FleetVerdict.Silent,
            };
        }

        if (ServerShutdown.Equals(loss.ServerReason, StringComparison.OrdinalIgnoreCase))
        {
            return FleetVerdict.Stopped;
        }

        bool endsHere = loss.ServerReason is null && server.End is { } end && end.From - options.ClockMargin <= loss.To && loss.From <= end.To + ServerFacts.AfterEnd && end.To - loss.To <= s_replacedWithin;
        return !endsHere ? null : server.HasEvents ? FleetVerdict.Died : FleetVerdict.Replaced;
    }

    // A client that ended the connection itself, for a reason of its own, was not lost by the end of the server, unless the server was silent.
    private static bool MayBeOfServer(LossCase loss) => loss.ClientReason is not (NatsDisconnectReason.ServerStale or NatsDisconnectReason.ServerError or NatsDisconnectReason.ProtocolError or NatsDisconnectReason.TlsError);

    private static FleetVerdict? OfPause(LossCase loss, ClockOffsets clocks)
    {
        bool isStale = loss.ServerReason == "Stale Connection" || loss.ClientReason == NatsDisconnectReason.ServerStale;
        bool isSilence = loss.ClientReason is NatsDisconnectReason.MissedPongs or NatsDisconnectReason.ReadTimeout or NatsDisconnectReason.WriteTimeout;
        if (!isStale && !isSilence)
        {
            return null;
        }

        bool wasPaused = loss.Journal is { } journal && journal.Entries.Any(entry =>
            entry.Kind == NatsEventKind.ProcessStalled && clocks.OfJournal(journal.Connection.Id, entry.Time) is var at && at >= loss.From - s_pauseBefore && at <= loss.To + s_pauseAfter);
        return wasPaused ? FleetVerdict.ProcessPaused : isStale ? FleetVerdict.ClientSilent : FleetVerdict.ServerUnreachable;
    }

    private static FleetVerdict? OfClient(LossCase loss, ProcessLives lives)
    {
        bool isClosed = ClientClosed.Equals(loss.ServerReason, StringComparison.OrdinalIgnoreCase);
        bool isBroken = loss.ServerReason is "Read Error" or "Write Error";
        if ((isClosed || isBroken) && lives.HasEnded(loss))
        {
            return FleetVerdict.ProcessDied;
        }

        if (isClosed && loss.Own?.End is null && lives.RefusedLater(loss) is not null)
        {
            return FleetVerdict.UserRemovedOrProxy;
        }

        return loss.ClientReason switch
        {
            NatsDisconnectReason.ServerError => ReasonTable.OfError(LastError(loss)),
            NatsDisconnectReason.ServerClosed when isClosed => FleetVerdict.UserRemovedOrProxy,
            NatsDisconnectReason.SocketError or NatsDisconnectReason.WriteError or NatsDisconnectReason.ServerClosed when isBroken || (isClosed && loss.ClientReason != NatsDisconnectReason.ServerClosed) => FleetVerdict.NetworkFailure,
            _ => null,
        };
    }

    // The error that the server sent before the end of the session.
    private static string? LastError(LossCase loss) =>
        loss.Journal!.Entries.LastOrDefault(entry => entry.Kind == NatsEventKind.ServerError && entry.Session == loss.Own!.Number && entry.Sequence < loss.Own.End!.Sequence)?.Reason;
}
