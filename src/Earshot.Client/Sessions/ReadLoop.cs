using Earshot.Errors;
using Earshot.Events;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.Sessions;

/// <summary>Receives, parses in place, dispatches; nothing else. Leaves with the reason it ended for.</summary>
internal sealed class ReadLoop(ReceiveBuffer buffer, OperationDispatcher dispatcher, SessionParts parts)
{
    private readonly ServerOperationReader _reader = new(ProtocolLimits.Default);
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

    public async Task<SessionEnd> RunAsync()
    {
        try
        {
            return await ReadUntilEndAsync().ConfigureAwait(false);
        }
        catch (NatsProtocolViolationException e)
        {
            parts.Journal.Append(new NatsProtocolErrorEvent { Exception = e, Excerpt = e.Excerpt });
            return new SessionEnd(NatsDisconnectReason.ProtocolError, e);
        }
        catch (NatsTlsException e)
        {
            return new SessionEnd(NatsDisconnectReason.TlsError, e);
        }
        catch (Exception e)
        {
            return new SessionEnd(NatsDisconnectReason.SocketError, e);
        }
        finally
        {
            EndOfBatch();
            buffer.Release();
        }
    }

    private async Task<SessionEnd> ReadUntilEndAsync()
    {
        while (true)
        {
            ParseUnread();
            EndOfBatch();
            if (Volatile.Read(ref _isStopped))
                return new SessionEnd(NatsDisconnectReason.Unknown); // whoever stopped it has given the reason
            if (dispatcher.Batch.Full is { } full)
            {
                await WaitForRoomAsync(full).ConfigureAwait(false);
                continue;
            }

            if (!await buffer.FillAsync(_reader.BytesNeeded).ConfigureAwait(false))
                return new SessionEnd(NatsDisconnectReason.ServerClosed);
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
        while (dispatcher.Batch.Full is null && _reader.TryRead(buffer.Unread, out ServerOperation operation, out int consumed))
        {
            ProtocolTap.Inbound(parts.Journal, buffer.Unread[..consumed]);
            dispatcher.Dispatch(operation);
            buffer.Advance(consumed);
        }
    }

    private async ValueTask WaitForRoomAsync(Subscription full)
    {
        long since = parts.Time.GetTimestamp();
        Volatile.Write(ref _blockedSince, since);
        while (full.IsOverLimit && !Volatile.Read(ref _isStopped))
        {
            await parts.Subscriptions.RoomSignal.WaitAsync(
                (Loop: this, Full: full),
                static state => !state.Full.IsOverLimit || Volatile.Read(ref state.Loop._isStopped),
                CancellationToken.None).ConfigureAwait(false);
        }

        dispatcher.Batch.Full = null;
        Volatile.Write(ref _longestBlock, Math.Max(_longestBlock, parts.Time.GetElapsedTime(since).Ticks));
        Volatile.Write(ref _blockedSince, 0);
    }
}
