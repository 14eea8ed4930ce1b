using Earshot.Server.JetStream;

namespace Earshot;

/// <summary>JetStream of one account of an in-process server: what it stores, and its faults. Thread-safe.</summary>
public sealed class NatsTestServerJetStream
{
    private readonly JetStreamService _service;

    internal NatsTestServerJetStream(JetStreamService service)
    {
        _service = service;
        Faults = new NatsTestServerJetStreamFaults(service.Change);
    }

    /// <summary>The streams, by name, as they are now.</summary>
    public IReadOnlyList<NatsTestServerStream> Streams => _service.Read(account => account.Streams.Select(NatsTestServerStream.Of).ToList());

    /// <summary>The faults that can be injected.</summary>
    public NatsTestServerJetStreamFaults Faults { get; }

    /// <summary>Returns a stream as it is now; <see langword="null"/> when there is none with this name.</summary>
    /// <param name="name">The name of the stream.</param>
    public NatsTestServerStream? FindStream(string name) => _service.Read(account => account.Find(name) is { } stream ? NatsTestServerStream.Of(stream) : null);

    /// <summary>Returns a consumer as it is now; <see langword="null"/> when there is none with this name.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="name">The name of the consumer.</param>
    public NatsTestServerConsumer? FindConsumer(string stream, string name) =>
        _service.Read(account => account.Find(stream, name) is { } consumer ? NatsTestServerConsumer.Of(consumer) : null);

    /// <summary>Waits until a consumer exists.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="name">The name of the consumer.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes with the consumer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<NatsTestServerConsumer> WaitForConsumerAsync(string stream, string name, CancellationToken cancellationToken = default) =>
        WaitForAsync(account => account.Find(stream, name), NatsTestServerConsumer.Of, cancellationToken);

    /// <summary>Waits until a message was delivered to a consumer and has its ack, and all messages before it have theirs.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="sequence">The sequence of the message in the stream.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes with the consumer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<NatsTestServerConsumer> WaitForAckAsync(string stream, string consumer, ulong sequence, CancellationToken cancellationToken = default) =>
        WaitForAsync(
            account => account.Find(stream, consumer) is { } found && found.Position.FloorStream >= sequence ? found : null, NatsTestServerConsumer.Of, cancellationToken);

    /// <summary>Waits until a stream has stored a number of messages, counted from its first sequence.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="sequence">The sequence that must be stored.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes with the stream.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<NatsTestServerStream> WaitForMessageAsync(string stream, ulong sequence, CancellationToken cancellationToken = default) =>
        WaitForAsync(
            account => account.Find(stream) is { } found && found.State.Messages.LastSequence >= sequence ? found : null, NatsTestServerStream.Of, cancellationToken);

    /// <summary>Reads the state itself, as no other thread changes it at the same time.</summary>
    internal T Read<T>(Func<JetStreamAccount, T> read) => _service.Read(read);

    // Copied once, when it is found: a copy at each change would make a publish to a large stream slow.
    private async Task<TView> WaitForAsync<T, TView>(Func<JetStreamAccount, T?> find, Func<T, TView> copy, CancellationToken cancellationToken)
        where T : class
    {
        var reached = new TaskCompletionSource<TView>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool Find(JetStreamAccount account) => reached.Task.IsCompleted || (find(account) is { } found && reached.TrySetResult(copy(found)));
        void Check() => _service.Read(Find);

        _service.Changed += Check;
        try
        {
            Check();
            return await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _service.Changed -= Check;
        }
    }
}
