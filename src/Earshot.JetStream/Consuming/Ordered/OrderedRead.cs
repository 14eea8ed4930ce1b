using Earshot.JetStream.Requests;
using Earshot.Protocol;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// An ordered read of an extension: each message once and in order. Its consumer is pulled from with and without a reader; after a loss
/// of certainty it is created again when the next message is requested. For one reader at a time.
/// </summary>
[ForExtensions]
internal sealed class OrderedRead<T>
{
    private readonly ContextParts _parts;
    private readonly string _stream;
    private readonly OrderedRun<T> _run;

    public OrderedRead(ContextParts parts, OrderedReadSetup setup, INatsDeserialize<T>? serializer)
    {
        (_parts, _stream) = (parts, setup.Stream);
        _run = new OrderedRun<T>(
            new OrderedSource(parts, setup.Stream, setup.Consumer) { Created = setup.Created, StreamCreated = setup.StreamCreated },
            (ReadOptions.Of(setup.Consume) with { EndsInDoubt = true }).Shared(),
            serializer ?? parts.Port.Deserializer<T>(),
            new ReadReporter(setup.Kind, NotificationPump.For(setup.Consume.NotificationHandler)));
    }

    /// <summary>Whether no more messages follow.</summary>
    public bool IsStopping => _run.IsStopping;

    /// <summary>Whether a consumer exists; otherwise the next call of <see cref="NextAsync"/> creates it.</summary>
    public bool HasConsumer => _run.Reader is not null;

    /// <summary>How often the consumer was created.</summary>
    public int Incarnations => _run.Incarnations;

    /// <summary>The state of the read; a consumer that will be created again is stalled.</summary>
    public NatsJSConsumeState State => _run.Reader?.Engine is not { } engine ? Between : engine.Phase switch
    {
        PullPhase.Lost => NatsJSConsumeState.Lost,
        PullPhase.Ended => Between,
        PullPhase.Stopping => NatsJSConsumeState.Stopping,
        PullPhase.Suspended => NatsJSConsumeState.Suspended,
        PullPhase.Flowing => NatsJSConsumeState.Flowing,
        _ => NatsJSConsumeState.Asking,
    };

    private NatsJSConsumeState Between => _run.IsStopping ? NatsJSConsumeState.Ended : NatsJSConsumeState.Stalled;

    /// <summary>Creates the first consumer and starts to read.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _run.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        await _run.BeginAsync(_run.Settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a message that was received already.</summary>
    public bool TryTake(out INatsJSMsg<T>? msg) => _run.TryTake(out msg);

    /// <summary>Returns the next message; null when the read has ended, its token is cancelled, or the consumer was lost or created again. The call can be repeated.</summary>
    public ValueTask<INatsJSMsg<T>?> NextAsync(CancellationToken cancellationToken) =>
        OrderedStream.NextAsync(_run, long.MaxValue, returnsAtRestart: true, cancellationToken);

    /// <summary>Asks the server whether everything that the stream has for the consumer was delivered to this read. False when it does not answer.</summary>
    public async ValueTask<bool> IsDrainedAsync(CancellationToken cancellationToken)
    {
        if (_run.Name is not { } name)
        {
            return false;
        }

        try
        {
            ConsumerInfo info = await new ConsumerCalls(_parts).InfoAsync(_stream, name, cancellationToken).ConfigureAwait(false);
            return info.NumPending == 0 && info.Delivered.ConsumerSeq + 1 == _run.ExpectedDelivery && _run.Name == name;
        }
        catch (NatsException)
        {
            return false;
        }
    }

    /// <summary>Ends the read and deletes its consumer in the background. Not while another thread reads.</summary>
    public void Abandon() => _run.Abandon();

    /// <summary>Requests no more messages: a call of <see cref="NextAsync"/> ends. Any thread.</summary>
    public Task StopAsync() => _run.StopAsync();
}
