using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>A read with a handle. It runs from its start until it is stopped, with or without an enumeration.</summary>
/// <param name="read">The engine of the read, which is started.</param>
/// <param name="reader">The reader of its messages.</param>
/// <param name="reporter">Receives the number of messages that are returned at its end.</param>
/// <param name="drainsAtStop">Whether a stop waits until the application has taken all received messages.</param>
internal abstract class ReadHandle<T>(IStoppableRead read, MessageReader<T> reader, IReadReporter reporter, bool drainsAtStop) : INatsJSConsume<T>, IHandledRead
{
    private ReadGate _gate;
    private Task _returning = Task.CompletedTask;
    private volatile bool _isLeft;

    public IAsyncEnumerable<INatsJSMsg<T>> Msgs => ReadAsync();

    public abstract NatsJSConsumeState State { get; }

    public abstract NatsJSConsumeCounts Counts { get; }

    public ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        if (drainsAtStop)
        {
            return DrainAsync(cancellationToken);
        }

        _isLeft = true;
        Task stopped = StopAndReturnAsync();
        read.Queue.Wake(); // ends an enumeration that waits
        return new ValueTask(stopped.WaitAsync(cancellationToken));
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => new(read.StopAsync().WaitAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await (drainsAtStop ? StopAndReturnAsync() : StopAsync().AsTask()).ConfigureAwait(false);
        await _returning.ConfigureAwait(false); // by an enumeration that has ended
    }

    public void Detach() => reader.Detach();

    public void Handled(int size) => read.Processed(1, size);

    private async Task StopAndReturnAsync()
    {
        bool isReader = _gate.End(); // otherwise the enumeration returns unread messages at its end: there is one reader at a time
        await read.StopAsync().ConfigureAwait(false);
        if (isReader)
        {
            UnreadMessages.Return(read, reporter, isDelayed: false);
        }
    }

    private async IAsyncEnumerable<INatsJSMsg<T>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_gate.TryEnter())
        {
            if (_isLeft) // set before the read is ended, so that a stop at this moment is seen
            {
                yield break; // a stopped read has no more messages
            }

            throw new InvalidOperationException("The messages of this read are already being enumerated, or the read was disposed.");
        }

        try
        {
            while (!_isLeft)
            {
                bool isOver = read.Queue.IsOver;
                if (reader.TryTake(out INatsJSMsg<T>? msg))
                {
                    yield return msg!;
                    continue;
                }

                if (isOver)
                {
                    break;
                }

                await read.Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            reader.Release();
            if (_gate.Leave())
            {
                _returning = UnreadMessages.StopAsync(read, reporter, isDelayed: false);
            }
        }

        if (!_isLeft && read.Failure() is { } failure)
        {
            throw failure;
        }
    }
}
