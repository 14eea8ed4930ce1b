using Earshot.Diagnostics;
using Earshot.Events;
using Earshot.Timing;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// One live connection to one server: its transport, its loops, its keep-alive, and its one end. The first reason wins; the
/// transport is closed in exactly one place. It does not know what comes before or after it.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The token source has no timer; the application may hold its token longer than the session lives.")]
internal sealed class Session : IWriteFailureSink
{
    private readonly SessionParts _parts;
    private readonly ISessionSink _sink;
    private readonly ITransport _transport;
    private readonly ReceiveBuffer _buffer;
    private readonly OperationDispatcher _dispatcher;
    private readonly ReadLoop _readLoop;
    private readonly KeepAlive _keepAlive;
    private CancellationTokenSource? _token; // created on first use
    private bool _isOver;
    private SessionEnd? _end;
    private Exception? _writeError;
    private long _lastRoundTrip;

    public Session(int id, ITransport transport, ReceiveBuffer buffer, SessionParts parts, ISessionSink sink)
    {
        (Id, _transport, _buffer, _parts, _sink) = (id, transport, buffer, parts, sink);
        _dispatcher = new OperationDispatcher(this, parts, sink);
        _readLoop = new ReadLoop(this, buffer, _dispatcher, parts);
        _keepAlive = new KeepAlive(this, parts);
        WriteLoop = new WriteLoop(parts.Outbound, transport, this, parts.Journal);
    }

    public int Id { get; }

    public WriteLoop WriteLoop { get; }

    /// <summary>The secrets that are removed from texts of the server.</summary>
    public KnownSecrets? Secrets { get; init; }

    /// <summary>Until when the JWT is valid that it was begun with.</summary>
    public OptionalDateTime JwtExpiresAt { get; init; }

    /// <summary>Cancelled when the session ends.</summary>
    public CancellationToken Token
    {
        get
        {
            CancellationTokenSource source = Lazily.Get(ref _token);
            CancellationToken token = source.Token;
            if (Volatile.Read(ref _isOver))
            {
                source.Cancel(); // the end may have looked for it before it was there
            }

            return token;
        }
    }

    public long LastInbound => _buffer.LastInbound;

    /// <inheritdoc cref="ReceiveBuffer.ParsedBytes"/>
    public long ParsedBytes => _buffer.ParsedBytes;

    public long ReceivedBytes => _buffer.ReceivedBytes;

    /// <inheritdoc cref="ReceiveBuffer.IsReceiving"/>
    public bool IsReceiving => _buffer.IsReceiving;

    public bool IsReadBlocked => _readLoop.IsBlocked;

    public int PingsOutstanding => _keepAlive.Outstanding;

    /// <inheritdoc cref="ITransport.SendsImmediately"/>
    public bool SendsImmediately => _transport.SendsImmediately;

    /// <summary>The progress as reported by the operating system; null where it reports none.</summary>
    public TransportProgress? Progress => _transport.Progress;

    /// <summary>Why it ends, from when a reason was found: nothing of use happens any more, although the loops may not have left.</summary>
    public SessionEnd? Ending => Volatile.Read(ref _end);

    public TimeSpan? LastRoundTrip => Volatile.Read(ref _lastRoundTrip) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Starts reading and watching. The outbound buffer is attached before, so that a reply to the first message does not precede the frames that are buffered.</summary>
    public void Start()
    {
        _keepAlive.Start();
        // The caller is the connection loop, and a server that sends without a pause would keep it reading indefinitely.
        ThreadPool.UnsafeQueueUserWorkItem(_readLoop, preferLocal: false);
    }

    public void PongArrived(TimeSpan roundTrip)
    {
        Volatile.Write(ref _lastRoundTrip, Math.Max(1, roundTrip.Ticks));
        _keepAlive.PongArrived(roundTrip);
    }

    public void End(SessionEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, reason, null) is not null)
        {
            return; // the first reason wins
        }

        _keepAlive.Stop(); // 1. no further faults of this session are reported
        _transport.Abort(); // 2. both loops leave at their next call; until then nothing of theirs is touched
        _readLoop.Stop(); // 3. it may be waiting for a subscription instead of the transport
    }

    /// <summary>The connection is stale. That is visible immediately, although the loops need a thread of the pool to end.</summary>
    public void EndStale(SessionEnd reason)
    {
        End(reason);
        CancelToken();
    }

    /// <summary>The read loop has ended, as the last part of the session: releases all resources and reports the end.</summary>
    public async Task LeaveAsync(SessionEnd found)
    {
        _keepAlive.ReportPause();
        End(Explain(found));
        try
        {
            await WriteLoop.StopAsync().ConfigureAwait(false); // it catches what a write throws
            _transport.Dispose();
        }
        catch (Exception e)
        {
            // A transport may be the application's own. The lifecycle waits for the end, so that it must be reported whatever happens.
            _parts.Journal.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.Callback });
        }

        _sink.Ended(this, _end!);
        CancelToken();
    }

    public void WriteFailed(Exception exception)
    {
        Volatile.Write(ref _writeError, exception);
        if (Volatile.Read(ref _end) is not null)
        {
            return;
        }

        _keepAlive.Stop(); // a write that never returns would look like a silent connection: the wait below decides
        _parts.Journal.Append(new NatsWriteErrorEvent { Exception = exception, PendingBytes = _parts.Outbound.PendingBytes, WillReconnect = _parts.Options.Reconnects });
        // The server may have sent a reason before it closed, which is still to be read; otherwise reading ends too.
        new WriteFailureGrace(this, _parts.Time).Start();
    }

    public void WriteGraceOver() => End(Explain(new SessionEnd(NatsDisconnectReason.WriteError, Volatile.Read(ref _writeError))));

    private void CancelToken()
    {
        Volatile.Write(ref _isOver, true);
        Interlocked.MemoryBarrier(); // a source that is made from here on sees that it is over
        if (Volatile.Read(ref _token) is { } token)
        {
            _ = CancelAsync(token);
        }
    }

    // Cancelled immediately; registered callbacks of the application run on the thread pool.
    private async Task CancelAsync(CancellationTokenSource token)
    {
        try
        {
            await token.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            _parts.Journal.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.Callback });
        }
    }

    private SessionEnd Explain(SessionEnd found)
    {
        if (_dispatcher.LastError is { ServerCloses: true } error && found.Reason != NatsDisconnectReason.ProtocolError)
        {
            NatsDisconnectReason reason = error.Code == NatsServerErrorCode.StaleConnection ? NatsDisconnectReason.ServerStale : NatsDisconnectReason.ServerError;
            return new SessionEnd(reason, new NatsServerException(error), error) { SuspectedCause = (reason == NatsDisconnectReason.ServerStale ? SuspectPause() : null) ?? SuspectError() };
        }

        if (found.Reason != NatsDisconnectReason.ServerClosed && Volatile.Read(ref _writeError) is { } writeError)
        {
            return new SessionEnd(NatsDisconnectReason.WriteError, writeError);
        }

        return found with { SuspectedCause = SuspectError() ?? Suspect() };
    }

    private string? SuspectError() =>
        _dispatcher.LastError is { ServerCloses: true } error && _parts.Time.GetElapsedTime(_dispatcher.LastErrorAt) < TimeSpan.FromSeconds(1)
            ? $"last server error: {error.Text}"
            : null;

    private string? Suspect()
    {
        if (_readLoop.LongestBlock > TimeSpan.FromSeconds(10))
        {
            return $"slow consumer at the server: back-pressure of a subscription (Wait policy) stopped reading for {_readLoop.LongestBlock.TotalSeconds:F0} s";
        }

        return SuspectPause() ?? (JwtExpiresAt.Value is { } expired && expired <= _parts.Time.GetUtcNow() ? $"expired credentials: the JWT was valid until {expired:u}" : null);
    }

    private string? SuspectPause() => _keepAlive.LastPauseEnd is var paused and not 0 && _parts.Time.GetElapsedTime(paused) < 2 * _parts.Options.PingInterval
        ? "the process was paused shortly before"
        : null;
}
