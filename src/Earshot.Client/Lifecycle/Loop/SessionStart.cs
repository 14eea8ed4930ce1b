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
    private readonly TaskCompletionSource _searched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _denied;
    private long _lastOrder;
    private bool _isConfirmed;

    /// <summary>The sid that the server has been sent before the session began; 0: none.</summary>
    public long SubscribedSid { get; init; }

    /// <summary>Subscriptions that the server refused since the replay.</summary>
    public void CountDenied(int subscriptions) => Interlocked.Add(ref _denied, subscriptions);

    /// <summary>Whether a SUB with this <see cref="InboundTarget.Order"/> is of this replay, and the replay not confirmed yet.</summary>
    public bool Covers(long order) => order <= Volatile.Read(ref _lastOrder) && !Volatile.Read(ref _isConfirmed);

    /// <summary>Every refusal so far that named no subscription was looked into.</summary>
    public void RefusalsFound() => _searched.TrySetResult();

    /// <summary>Returns how many kept publishes were dropped because the new server takes no message of their size.</summary>
    public int Attach(AttachSession order, Session session)
    {
        long started = parts.Time.GetTimestamp();
        var replay = new ArrayBufferWriter<byte>();
        IReadOnlyList<DroppedPublish> dropped;
        PingWaiter? barrier = null;
        IFlusher? start;
        UnsentSummary kept;
        IReadOnlyList<Exception> faults = [];
        int count;
        int refusals;
        using (parts.Outbound.Gate.EnterScope())
        {
            dropped = parts.Outbound.DropTooLargeLocked(order.Info.MaxPayload > 0 ? order.Info.MaxPayload : long.MaxValue);
            kept = new UnsentSummary(parts.Outbound.PendingMessages, parts.Outbound.PendingBytes, 0, 0, 0);
            watch?.BeginLocked(replay);
            count = parts.Subscriptions.WriteReplayLocked(replay, watch, SubscribedSid);
            Volatile.Write(ref _lastOrder, parts.Subscriptions.LastOrder);
            refusals = parts.Pings.Refusals;
            if (parts.UsedExtensions is { } extensions)
            {
                faults = extensions.WriteAtStartLocked(replay);
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
            parts.UsedExtensions!.Report(fault);
        }

        ReportDropped(dropped);
        if (barrier is not null)
        {
            _ = ConfirmAsync(barrier, order, new Replayed(count, kept, started, refusals));
        }

        return dropped.Count;
    }

    private void ReportDropped(IReadOnlyList<DroppedPublish> dropped)
    {
        if (dropped.Count == 0)
        {
            return;
        }

        parts.InboxOrNull?.FailDropped([.. dropped.Select(static publish => publish.Number)], NatsPayloadTooLargeException.Dropped(1, parts.Outbound.MaxPayload));
        foreach (DroppedPublish publish in dropped)
        {
            if (parts.Journal.Wants(NatsEventKind.MessageDiscarded))
            {
                parts.Journal.Append(new NatsMessageDiscardedEvent { Subject = publish.Subject, Size = publish.Size, Reason = NatsMessageDiscardReason.TooLarge });
            }
        }
    }

    private async Task ConfirmAsync(PingWaiter barrier, AttachSession order, Replayed replayed)
    {
        try
        {
            await barrier.Task.ConfigureAwait(false);
        }
        catch (Exception)
        {
            return; // the session ended first, which is reported by itself
        }

        var window = new NatsLossWindow(order.LossFrom, parts.Time.GetUtcNow());
        if (barrier.Refusals != replayed.Refusals)
        {
            await _searched.Task.ConfigureAwait(false); // which subscriptions they are about; without limit where the session ends first
        }

        Volatile.Write(ref _isConfirmed, true);
        facts.Post(new ReplayConfirmed(order.SessionId, replayed.Count, Volatile.Read(ref _denied), parts.Time.GetElapsedTime(replayed.Started), window, replayed.Kept));
    }

    private readonly record struct Replayed(int Count, UnsentSummary Kept, long Started, int Refusals);
}
