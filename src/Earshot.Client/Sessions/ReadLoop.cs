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

    /// <summary>True while a subscription that waits keeps the loop from reading: silence then says nothing about the server.</summary>
    public bool IsBlocked => Volatile.Read(ref _blockedSince) != 0;

    /// <summary>How long the loop was kept from reading at most.</summary>
    public TimeSpan LongestBlock => TimeSpan.FromTicks(Volatile.Read(ref _longestBlock));

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
        catch (Exception e)
        {
            return new SessionEnd(NatsDisconnectReason.SocketError, e);
        }
        finally
        {
            dispatcher.EndOfBatch();
            buffer.Release();
        }
    }

    private async Task<SessionEnd> ReadUntilEndAsync()
    {
        long counted = 0;
        while (true)
        {
            ParseUnread();
            dispatcher.EndOfBatch();
            parts.Counters.AddBytes(buffer.ReceivedBytes - counted);
            counted = buffer.ReceivedBytes;
            if (dispatcher.Batch.Full is { } full)
            {
                await WaitForRoomAsync(full).ConfigureAwait(false);
                continue;
            }

            if (!await buffer.FillAsync(_reader.BytesNeeded).ConfigureAwait(false))
                return new SessionEnd(NatsDisconnectReason.ServerClosed);
        }
    }

    private void ParseUnread()
    {
        while (dispatcher.Batch.Full is null && _reader.TryRead(buffer.Unread, out ServerOperation operation, out int consumed))
        {
            dispatcher.Dispatch(operation);
            buffer.Advance(consumed);
        }
    }

    private async ValueTask WaitForRoomAsync(Subscription full)
    {
        long since = parts.Time.GetTimestamp();
        Volatile.Write(ref _blockedSince, since);
        while (full.IsOverLimit)
            await parts.Subscriptions.RoomSignal.WaitAsync(full, static subscription => !subscription.IsOverLimit, CancellationToken.None).ConfigureAwait(false);
        dispatcher.Batch.Full = null;
        Volatile.Write(ref _longestBlock, Math.Max(_longestBlock, parts.Time.GetElapsedTime(since).Ticks));
        Volatile.Write(ref _blockedSince, 0);
    }
}
