using Earshot.Protocol;

namespace Earshot.Sessions;

/// <summary>Receives, parses in place, dispatches, and pauses when readers are behind. Ends its session with the reason it ended for.</summary>
internal sealed class ReadLoop(Session session, ReceiveBuffer buffer, OperationDispatcher dispatcher, SessionParts parts) : IThreadPoolWorkItem
{
    private readonly ServerOperationReader _reader = new(parts.Options.Limits);
    private ReadPause? _pause; // made by the first pause
    private long _counted; // received bytes that the counters know already
    private bool _isStopped;

    /// <summary>True while a subscription that waits keeps the loop from reading: missing inbound data then does not indicate a stale server.</summary>
    public bool IsBlocked => Volatile.Read(ref _pause) is { IsPaused: true };

    /// <summary>How long the loop was kept from reading at most.</summary>
    public TimeSpan LongestBlock => Volatile.Read(ref _pause)?.Longest ?? TimeSpan.Zero;

    /// <summary>
    /// The session is over: ends a pause. The transport is aborted before, so a loop that receives leaves by itself.
    /// </summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        Interlocked.MemoryBarrier(); // either the pause that is made now sees it, or it is seen here
        Volatile.Read(ref _pause)?.Stop();
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    // One method down to the socket, because each async method that waits for the next byte holds a hundred bytes or more per open connection.
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
                    end = new SessionEnd(NatsDisconnectReason.Unknown); // the caller that stopped it has given the reason
                }
                else if (dispatcher.Batch is { IsBlocked: true } batch)
                {
                    await Pause().WaitAsync(batch).ConfigureAwait(false);
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
            NatsProtocolViolationException shown = session.Secrets?.Hide(e) ?? e;
            parts.Journal.Append(new NatsProtocolErrorEvent { Exception = shown, Excerpt = shown.Excerpt, BytesSkipped = buffer.Unread.Length });
            end = new SessionEnd(NatsDisconnectReason.ProtocolError, shown);
        }
        catch (Exception e)
        {
            end = new SessionEnd(e is NatsTlsException ? NatsDisconnectReason.TlsError : NatsDisconnectReason.SocketError, session.Secrets?.Hide(e) ?? e);
        }

        try
        {
            EndOfBatch();
        }
        catch (Exception e)
        {
            // Whatever failed, the session must come to its end: the lifecycle waits for it.
            parts.Journal.Append(new NatsInternalFaultEvent { Exception = e, Restarted = true });
        }

        buffer.Release();
        _ = session.LeaveAsync(end);
    }

    private ReadPause Pause()
    {
        if (_pause is { } made)
        {
            return made;
        }

        var pause = new ReadPause(parts.Time);
        Volatile.Write(ref _pause, pause);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isStopped))
        {
            pause.Stop();
        }

        return pause;
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
                    ProtocolTap.Inbound(parts.Journal, unread.Slice(parsed, consumed), session.Secrets);
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
}
