using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>Extension methods that create publishers of batches.</summary>
public static class NatsJSBatchExtensions
{
    /// <summary>
    /// Creates an atomic batch for a stream: the stream stores all its messages or none. Reads the configuration of the stream first,
    /// because servers before 2.12 would store the messages one by one.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="stream">The name of the stream, which must have <see cref="StreamConfig.AllowAtomicPublish"/>.</param>
    /// <param name="flowControl">Which messages are acknowledged before the commit. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The batch. Disposing it before it is committed discards it.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support atomic batches. Nothing was sent.</exception>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async ValueTask<NatsJSBatchPublisher> CreateBatchPublisherAsync(this INatsJSContext context, string stream, NatsJSBatchFlowControl? flowControl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        NatsJSBatchFlowControl flow = flowControl ?? new NatsJSBatchFlowControl();
        ArgumentOutOfRangeException.ThrowIfNegative(flow.AckEvery, nameof(flowControl));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(flow.AckTimeout, TimeSpan.Zero, nameof(flowControl));
        var parts = new ContextParts(context.Connection, context.Opts);
        return new NatsJSBatchPublisher(parts, await StreamFeatures.RequireAsync(parts, stream, StreamFeature.AtomicBatches, cancellationToken).ConfigureAwait(false), flow);
    }

    /// <summary>
    /// Creates a fast batch for a stream: many messages in strict order, confirmed by few acks. Reads the configuration of the stream
    /// first, because servers before 2.14 would store the messages as ordinary ones.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="stream">The name of the stream, which must have <see cref="StreamConfig.AllowBatchPublish"/>.</param>
    /// <param name="opts">The options. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The batch, which starts on the server with its first message.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support fast batches. Nothing was sent.</exception>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async ValueTask<NatsJSFastPublisher> CreateFastPublisherAsync(this INatsJSContext context, string stream, NatsJSFastPublisherOpts? opts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        opts ??= NatsJSFastPublisherOpts.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.Flow, 1, nameof(opts));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opts.Flow, ushort.MaxValue, nameof(opts));
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxOutstandingAcks, 1, nameof(opts));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(opts.AckTimeout, TimeSpan.Zero, nameof(opts));
        var parts = new ContextParts(context.Connection, context.Opts);
        return new NatsJSFastPublisher(parts, await StreamFeatures.RequireAsync(parts, stream, StreamFeature.FastBatches, cancellationToken).ConfigureAwait(false), opts);
    }
}
