using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>A read with a handle. It runs from its start until it is stopped, with or without an enumeration.</summary>
internal sealed class ConsumeRun<T> : INatsJSConsume<T>, IHandledRead
{
    private readonly ReadCall<T> _call;
    private readonly PullReader<T> _reader;
    private ReadGate _gate;
    private Task _returning = Task.CompletedTask;
    private volatile bool _isLeft;

    public ConsumeRun(ReadCall<T> call) => (_call, _reader) = (call, call.Start());

    public IAsyncEnumerable<INatsJSMsg<T>> Msgs => ReadAsync();

    public NatsJSConsumeState State => _reader.Engine.Locked(static machine => machine switch
    {
        { Phase: PullPhase.Lost } => NatsJSConsumeState.Lost,
        { IsOver: true } => NatsJSConsumeState.Ended,
        { Phase: PullPhase.Stopping } => NatsJSConsumeState.Stopping,
        { Phase: PullPhase.Suspended } => NatsJSConsumeState.Suspended,
        { Phase: PullPhase.Doubtful } or { IsStalled: true } => NatsJSConsumeState.Stalled,
        { Phase: PullPhase.Flowing } => NatsJSConsumeState.Flowing,
        _ => NatsJSConsumeState.Asking,
    });

    public NatsJSConsumeCounts Counts => _reader.Engine.Locked(static machine => new NatsJSConsumeCounts(
        machine.Amounts.Outstanding,
        Math.Max(0, machine.Amounts.BufferedMsgs),
        machine.Amounts.ReceivedMsgs,
        machine.Amounts.ReceivedBytes,
        machine.Epoch));

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

    public async ValueTask DisposeAsync()
    {
        await (_call.DrainsAtStop ? StopAndReturnAsync() : StopAsync().AsTask()).ConfigureAwait(false);
        await _returning.ConfigureAwait(false); // by an enumeration that has ended
    }

    public void Detach() => _reader.Detach();

    public void Handled(int size) => _reader.Engine.Processed(1, size);

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
                _returning = UnreadMessages.StopAsync(_reader.Engine, _call.Reporter, isDelayed: false);
            }
        }

        if (!_isLeft && _reader.Engine.Failure() is { } failure)
        {
            throw failure;
        }
    }
}
