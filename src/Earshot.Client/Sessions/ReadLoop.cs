using Earshot.Protocol;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>Receives, parses in place, dispatches; nothing else. Ends its session with the reason it ended for.</summary>
internal sealed class ReadLoop(Session session, ReceiveBuffer buffer, OperationDispatcher dispatcher, SessionParts parts) : IThreadPoolWorkItem
{
    private const int WorthWaitingFor = 4096; // messages read in one go of patience: fewer is a slow consumer
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(20);

    private readonly ServerOperationReader _reader = new(parts.Options.DeclinesHeaders ? ProtocolLimits.WithoutHeaders : ProtocolLimits.Default);
    private long _blockedSince;
    private long _longestBlock;
    private long _counted; // received bytes that the counters know already
    private bool _isStopped;

    /// <summary>True while a subscription that waits keeps the loop from reading: silence then says nothing about the server.</summary>
    public bool IsBlocked => Volatile.Read(ref _blockedSince) != 0;

    /// <summary>How long the loop was kept from reading at most.</summary>
    public TimeSpan LongestBlock => TimeSpan.FromTicks(Volatile.Read(ref _longestBlock));

    /// <summary>
    /// The session is over: stops waiting for a full subscription. The transport is aborted before, so a loop that receives
    /// leaves by itself.
    /// </summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        parts.Subscriptions.WakeReadLoop();
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    // One method down to the socket, because each that waits for the next byte holds a hundred bytes or more while the connection lives.
    private async Task RunAsync()
    {
        SessionEnd? end = null;
        try
        {
            while (end is null)
            {
                ParseUnread();
                EndOfBatch();
                if (Volatile.Read(ref _isStopped))
                {
                    end = new SessionEnd(NatsDisconnectReason.Unknown); // whoever stopped it has given the reason
                }
                else if (dispatcher.Batch is { IsBlocked: true } batch)
                {
                    await WaitForReadersAsync(batch).ConfigureAwait(false);
                }
                else
                {
                    if (buffer.IsIdle)
                    {
                        await buffer.WaitAsync().ConfigureAwait(false);
                    }

                    if (await buffer.FillAsync(_reader.BytesNeeded).ConfigureAwait(false) == 0)
                    {
                        end = new SessionEnd(NatsDisconnectReason.ServerClosed);
                    }
                }
            }
        }
        catch (NatsProtocolViolationException e)
        {
            parts.Journal.Append(new NatsProtocolErrorEvent { Exception = e, Excerpt = e.Excerpt, BytesSkipped = buffer.Unread.Length });
            end = new SessionEnd(NatsDisconnectReason.ProtocolError, e);
        }
        catch (Exception e)
        {
            end = new SessionEnd(e is NatsTlsException ? NatsDisconnectReason.TlsError : NatsDisconnectReason.SocketError, e);
        }

        EndOfBatch();
        buffer.Release();
        _ = session.LeaveAsync(end);
    }

    private async Task WaitForReadersAsync(InboundBatch batch)
    {
        if (batch.Full is { } full)
        {
            await WaitForRoomAsync(full, isBounded: false).ConfigureAwait(false);
            batch.Full = null;
        }
        else if (batch.Crowded is { } crowded)
        {
            await WaitForRoomAsync(crowded, isBounded: true).ConfigureAwait(false);
            batch.Crowded = null;
        }
    }

    private void EndOfBatch()
    {
        dispatcher.EndOfBatch();
        parts.Counters.AddBytes(buffer.ReceivedBytes - _counted);
        _counted = buffer.ReceivedBytes;
    }

    private void ParseUnread()
    {
        bool isTraced = ProtocolTap.IsWanted(parts.Journal);
        ReadOnlySpan<byte> unread = buffer.Unread;
        int parsed = 0;
        try
        {
            while (dispatcher.Batch is not { IsBlocked: true } && _reader.TryRead(unread[parsed..], out ServerOperation operation, out int consumed))
            {
                if (isTraced)
                {
                    ProtocolTap.Inbound(parts.Journal, unread.Slice(parsed, consumed));
                }

                dispatcher.Dispatch(operation);
                parsed += consumed;
            }
        }
        finally
        {
            buffer.Advance(parsed);
        }
    }

    // Bounded: readers that get on with it are waited for, so that a burst that outruns them for a moment is not dropped; a
    // reader that is really slow costs the others this one pause.
    private async ValueTask WaitForRoomAsync(Subscription full, bool isBounded)
    {
        long since = parts.Time.GetTimestamp();
        Volatile.Write(ref _blockedSince, since);
        full.Hold(isFull: !isBounded);
        bool isRoomy;
        long taken;
        do
        {
            taken = full.TakenMessages;
            isRoomy = await WaitOnceAsync(full, isBounded).ConfigureAwait(false);
        }
        while (!isRoomy && full.TakenMessages - taken >= WorthWaitingFor);

        full.Resume(inVain: !isRoomy);
        Volatile.Write(ref _longestBlock, Math.Max(_longestBlock, parts.Time.GetElapsedTime(since).Ticks));
        Volatile.Write(ref _blockedSince, 0);
    }

    private async ValueTask<bool> WaitOnceAsync(Subscription full, bool isBounded)
    {
        Moment? moment = isBounded ? new Moment(parts.Subscriptions.RoomSignal) : null;
        var timers = TimerQueue.For(parts.Time);
        if (moment is not null)
        {
            timers.Schedule(moment, s_patience);
        }

        while (!IsOver(full, moment))
        {
            await parts.Subscriptions.RoomSignal.WaitAsync(
                (Loop: this, Full: full, Moment: moment),
                static state => state.Loop.IsOver(state.Full, state.Moment),
                CancellationToken.None).ConfigureAwait(false);
        }

        if (moment is not null)
        {
            timers.Cancel(moment);
        }

        return full.IsRoomy || Volatile.Read(ref _isStopped);
    }

    private bool IsOver(Subscription full, Moment? moment) => full.IsRoomy || Volatile.Read(ref _isStopped) || moment is { IsOver: true };

    /// <summary>A time after which waiting is over, whatever has come of it.</summary>
    private sealed class Moment(ReadSignal signal) : TimerEntry
    {
        private bool _isOver;

        public bool IsOver => Volatile.Read(ref _isOver);

        protected override void Fire()
        {
            Volatile.Write(ref _isOver, true);
            signal.Wake();
        }
    }
}
