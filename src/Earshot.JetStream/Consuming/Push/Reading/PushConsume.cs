using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>A read of a push consumer with a handle. It runs from its start until it is stopped, with or without an enumeration.</summary>
internal sealed class PushConsume<T> : INatsJSConsume<T>
{
    private readonly PushCall<T> _call;
    private readonly PushReader<T> _reader;
    private ReadGate _gate;
    private volatile bool _isLeft;

    public PushConsume(PushCall<T> call) => (_call, _reader) = (call, call.Start());

    public IAsyncEnumerable<INatsJSMsg<T>> Msgs => ReadAsync();

    public NatsJSConsumeState State => _reader.Engine.Locked(static machine => machine switch
    {
        { Phase: PushPhase.Lost } => NatsJSConsumeState.Lost,
        { IsOver: true } => NatsJSConsumeState.Ended,
        { Phase: PushPhase.Stopping } => NatsJSConsumeState.Stopping,
        { Phase: PushPhase.Suspended } => NatsJSConsumeState.Suspended,
        { Phase: PushPhase.Doubtful or PushPhase.Recreating } or { IsStalled: true } => NatsJSConsumeState.Stalled,
        { Phase: PushPhase.Flowing } => NatsJSConsumeState.Flowing,
        _ => NatsJSConsumeState.Asking,
    });

    public NatsJSConsumeCounts Counts
    {
        get
        {
            int incarnations = _reader.Engine.Incarnations;
            PushCounts counts = _reader.Engine.Locked(static machine => machine.Counts);
            return new NatsJSConsumeCounts(0, counts.Buffered, counts.Received, counts.ReceivedBytes, incarnations);
        }
    }

    public ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        if (_call.DrainsAtStop)
        {
            return DrainAsync(cancellationToken);
        }

        _isLeft = true;
        Task stopped = StopAndReturnAsync();
        _reader.Engine.Queue.Wake(); // ends an enumeration that waits
        return new ValueTask(stopped.WaitAsync(cancellationToken));
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => new(_reader.Engine.StopAsync().WaitAsync(cancellationToken));

    public ValueTask DisposeAsync() => _call.DrainsAtStop ? new ValueTask(StopAndReturnAsync()) : StopAsync();

    private async Task StopAndReturnAsync()
    {
        bool isReader = _gate.End(); // otherwise the enumeration returns unread messages at its end: there is one reader at a time
        await _reader.Engine.StopAsync().ConfigureAwait(false);
        if (isReader)
        {
            UnreadMessages.Return(_reader.Engine, _call.Reporter, isDelayed: false);
        }
    }

    private async IAsyncEnumerable<INatsJSMsg<T>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_gate.TryEnter())
        {
            throw new InvalidOperationException("The messages of this read are already being enumerated, or the read was stopped.");
        }

        try
        {
            while (!_isLeft)
            {
                bool isOver = _reader.Engine.Queue.IsOver;
                if (_reader.TryTake(out INatsJSMsg<T>? msg))
                {
                    yield return msg!;
                    continue;
                }

                if (isOver)
                {
                    break;
                }

                await _reader.Engine.Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _reader.Release();
            if (_gate.Leave())
            {
                _ = UnreadMessages.StopAsync(_reader.Engine, _call.Reporter, isDelayed: false);
            }
        }

        if (!_isLeft && _reader.Engine.Failure() is { } failure)
        {
            throw failure;
        }
    }
}
