using System.Buffers;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Subscriptions;

namespace Earshot.Lifecycle;

/// <summary>
/// Brings a new session up to where the old one was: subscriptions first, then what extensions begin a session with, a PING behind them,
/// then what publishers have left in the buffer. One write under one gate, so nothing can slip in between.
/// </summary>
internal sealed class SessionStart(SessionParts parts, IMachineInputSink facts, ReplayWatch? watch = null)
{
    private int _denied;

    /// <summary>Subscriptions that the server refused since the replay.</summary>
    public void CountDenied(int subscriptions) => Interlocked.Add(ref _denied, subscriptions);

    /// <summary>Returns how many kept publishes were dropped because the new server takes no message of their size.</summary>
    public int Attach(AttachSession order, Session session)
    {
        long started = parts.Time.GetTimestamp();
        var replay = new ArrayBufferWriter<byte>();
        IReadOnlyList<(string Subject, int Size)> dropped;
        PingWaiter? barrier = null;
        IFlusher? start;
        UnsentSummary kept;
        IReadOnlyList<Exception> faults = [];
        int count;
        using (parts.Outbound.Gate.EnterScope())
        {
            dropped = parts.Outbound.DropTooLargeLocked(order.Info.MaxPayload > 0 ? order.Info.MaxPayload : long.MaxValue);
            kept = new UnsentSummary(parts.Outbound.PendingMessages, parts.Outbound.PendingBytes, 0, 0, 0);
            watch?.BeginLocked(replay);
            count = parts.Subscriptions.WriteReplayLocked(replay, watch);
            if (parts.UsedGuests is { } guests)
            {
                faults = guests.WriteAtStartLocked(replay);
            }

            if (order.ConfirmReplay)
            {
                barrier = parts.Pings.EnqueueInFrontLocked();
                replay.Write(ClientOperationWriter.Ping);
                watch?.EndLocked(barrier);
            }

            start = parts.Outbound.AttachLocked(session.WriteLoop, replay.WrittenSpan);
        }

        parts.Outbound.Start(start, inline: false);
        foreach (Exception fault in faults)
        {
            parts.UsedGuests!.Report(fault);
        }

        foreach ((string subject, int size) in dropped)
        {
            if (parts.Journal.Wants(NatsEventKind.MessageDiscarded))
            {
                parts.Journal.Append(new NatsMessageDiscardedEvent { Subject = subject, Size = size, Reason = NatsMessageDiscardReason.TooLarge });
            }
        }

        if (barrier is not null)
        {
            _ = ConfirmAsync(barrier, order, count, kept, started);
        }

        return dropped.Count;
    }

    private async Task ConfirmAsync(PingWaiter barrier, AttachSession order, int count, UnsentSummary kept, long started)
    {
        try
        {
            await barrier.Task.ConfigureAwait(false);
        }
        catch (Exception)
        {
            return; // the session ended first, and says so itself
        }

        var window = new NatsLossWindow(order.LossFrom, parts.Time.GetUtcNow());
        facts.Post(new ReplayConfirmed(order.SessionId, count, Volatile.Read(ref _denied), parts.Time.GetElapsedTime(started), window, kept));
    }
}
