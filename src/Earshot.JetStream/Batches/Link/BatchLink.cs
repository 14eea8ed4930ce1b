using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Earshot.Connections;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Batches;

/// <summary>
/// The inbox of one batch publisher, and its view of sessions. Everything that arrives is queued in order, and the publisher takes it when
/// it has time. Does not interpret answers.
/// </summary>
internal sealed class BatchLink : DeliveryTarget, ISessionExtension
{
    private const int IdLength = 16;

    private readonly ConnectionPort _port;
    private readonly string _prefix;
    private readonly Channel<BatchSignal> _signals = Channel.CreateUnbounded<BatchSignal>(new UnboundedChannelOptions { SingleReader = false });
    private Action<BatchSignal>? _late; // receives the signals instead of the queue; guarded by the queue, as the next field
    private bool _isOver;
    private int _isAdded;
    private int _calls;
    private TaskCompletionSource? _idle;

    public BatchLink(ConnectionPort port)
        : base($"{port.Options.InboxPrefix}{(port.Options.InboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.>", null) =>
        (_port, _prefix) = (port, Subject[..^1]);

    /// <summary>Called when the connection has ended, which is the last signal. It must not wait.</summary>
    public Action Ended { get; init; } = static () => { };

    /// <summary>The signals in the order of their arrival.</summary>
    public ChannelReader<BatchSignal> Signals => _signals.Reader;

    /// <summary>A call of the application begins: a drain of the connection waits for it, because its answer arrives in the inbox.</summary>
    public void BeginCall() => Interlocked.Increment(ref _calls);

    /// <summary>A call of the application has ended.</summary>
    public void EndCall()
    {
        if (Interlocked.Decrement(ref _calls) == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    /// <summary>Returns the next signal; null when the time has elapsed. A signal that has arrived comes before a cancellation.</summary>
    public async ValueTask<BatchSignal?> NextAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_signals.Reader.TryRead(out BatchSignal arrived))
        {
            return arrived;
        }

        using var due = new CancellationTokenSource(BatchWriter.Limit(wait), _port.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await _signals.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : null;
        }
    }

    /// <summary>Passes all further signals to a receiver instead of the queue. It is called on the thread of each signal, and must not wait.</summary>
    /// <returns>False when the connection has ended.</returns>
    public bool TryHandOver(Action<BatchSignal> late)
    {
        lock (_signals)
        {
            _late = late;
            if (_isOver)
            {
                return false;
            }
        }

        while (_signals.Reader.TryRead(out BatchSignal arrived))
        {
            late(arrived);
        }

        return true;
    }

    /// <summary>Subscribes the inbox when it is not subscribed.</summary>
    /// <exception cref="NatsException">The connection is closed.</exception>
    public void Open()
    {
        if (Interlocked.Exchange(ref _isAdded, 1) == 0)
        {
            if (!_port.TryAdd(this))
            {
                Volatile.Write(ref _isAdded, 0);
                throw _port.Closed(NatsOutcome.NotSent);
            }

            _port.Add(this);
        }
    }

    /// <summary>Unsubscribes the inbox. Nothing arrives afterwards.</summary>
    public void Close(NatsSubEndReason reason = NatsSubEndReason.Unsubscribed)
    {
        if (Interlocked.Exchange(ref _isAdded, 0) != 0)
        {
            _port.Remove((ISessionExtension)this);
            _port.Remove(this, reason);
        }
    }

    /// <summary>The subject of the inbox up to the token of an answer, which may have several parts.</summary>
    public string Prefix => _prefix;

    /// <inheritdoc/>
    public override void Wake()
    {
    }

    /// <inheritdoc/>
    public override void End(NatsSubEndReason reason, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
    }

    /// <inheritdoc/>
    public void SessionLost(long keptFrom, NatsConnectionLostException exception) =>
        Put(new BatchSignal(BatchSignalKind.SessionLost) { KeptFrom = keptFrom, Cause = exception });

    /// <inheritdoc/>
    public void Refused(NatsServerError error, Exception exception)
    {
        if (error.Operation == NatsPermissionOperation.Subscribe && error.Subject == Subject)
        {
            Put(new BatchSignal(BatchSignalKind.Denied) { Cause = exception });
        }
        else if (error.Operation is NatsPermissionOperation.Publish or NatsPermissionOperation.PublishReply && error.Subject is { } subject)
        {
            Put(new BatchSignal(BatchSignalKind.Denied) { Cause = exception, Subject = subject });
        }
    }

    /// <inheritdoc/>
    public void ConnectionEnded(Exception exception)
    {
        Put(new BatchSignal(BatchSignalKind.ConnectionEnded) { Cause = exception });
        Ended();
    }

    /// <inheritdoc/>
    public Task DrainAsync(TimeSpan timeout)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _idle, idle);
        if (Volatile.Read(ref _calls) == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }

    /// <inheritdoc/>
    protected override bool Deliver(in ServerOperation operation)
    {
        bool isStatus = operation.Payload.IsEmpty && HeaderCodec.TryReadStatus(operation.Headers, out _);
        Put(new BatchSignal(isStatus ? BatchSignalKind.NoResponders : BatchSignalKind.Answer)
        {
            Token = operation.Subject.Length > _prefix.Length ? Encoding.UTF8.GetString(operation.Subject[_prefix.Length..]) : "",
            Payload = operation.Payload.ToArray(),
        });
        return false;
    }

    private void Put(in BatchSignal signal)
    {
        Action<BatchSignal>? late;
        lock (_signals)
        {
            (late, _isOver) = (_late, _isOver || signal.Kind == BatchSignalKind.ConnectionEnded);
            if (late is null)
            {
                _signals.Writer.TryWrite(signal);
            }
        }

        late?.Invoke(signal);
    }
}
