using System.Threading.Channels;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A consumer as a test of an application makes it: it has the messages that the test gives it. Contains no assertions.</summary>
internal sealed class FakeConsumer(params IEnumerable<INatsJSMsg<string>> messages) : INatsJSConsumer, INatsJSConsume<string>
{
    private readonly Channel<INatsJSMsg<string>> _messages = Channel.CreateUnbounded<INatsJSMsg<string>>();

    public ConsumerInfo Info { get; init; } = new() { Name = "C", Config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit } };

    /// <summary>The exception with which the messages end.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Whether its messages end only with a stop.</summary>
    public bool IsEndless { get; init; }

    public IAsyncEnumerable<INatsJSMsg<string>> Msgs => _messages.Reader.ReadAllAsync();

    public NatsJSConsumeState State => NatsJSConsumeState.Flowing;

    public NatsJSConsumeCounts Counts => default;

    public bool IsStopped { get; private set; }

    public ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default)
    {
        foreach (INatsJSMsg<string> message in messages)
        {
            _messages.Writer.TryWrite(message);
        }

        if (!IsEndless)
        {
            _messages.Writer.TryComplete(Failure);
        }

        return ValueTask.FromResult((INatsJSConsume<T>)(object)this);
    }

    public ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        IsStopped = true;
        _messages.Writer.TryComplete();
        return default;
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => StopAsync();

    public IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask RefreshAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
