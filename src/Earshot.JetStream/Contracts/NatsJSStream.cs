using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>A stream returned by a context. It delegates to the context and contains only the last known info.</summary>
public class NatsJSStream : INatsJSStream
{
    private readonly INatsJSContext _context;
    private readonly StreamCalls _calls;
    private readonly string _name;

    internal NatsJSStream(INatsJSContext context, StreamCalls calls, StreamInfo info) =>
        (_context, _calls, Info, _name) = (context, calls, info, info.Config.Name ?? "");

    /// <inheritdoc/>
    public StreamInfo Info { get; private set; }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default) => _context.DeleteStreamAsync(_name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamPurgeResponse> PurgeAsync(StreamPurgeRequest request, CancellationToken cancellationToken = default) =>
        _context.PurgeStreamAsync(_name, request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(StreamMsgDeleteRequest request, CancellationToken cancellationToken = default) =>
        _context.DeleteMessageAsync(_name, request, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(StreamConfig request, CancellationToken cancellationToken = default) =>
        Info = await _calls.UpdateAsync(request, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(ConsumerConfig config, CancellationToken cancellationToken = default) =>
        _context.CreateOrUpdateConsumerAsync(_name, config, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default) =>
        _context.CreateOrderedConsumerAsync(_name, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSConsumer> GetConsumerAsync(string consumer, CancellationToken cancellationToken = default) =>
        _context.GetConsumerAsync(_name, consumer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> CreatePushConsumerAsync(NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default) =>
        _context.CreatePushConsumerAsync(_name, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> CreateOrUpdatePushConsumerAsync(NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default) =>
        _context.CreateOrUpdatePushConsumerAsync(_name, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> GetPushConsumerAsync(string consumer, CancellationToken cancellationToken = default) =>
        _context.GetPushConsumerAsync(_name, consumer, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(CancellationToken cancellationToken = default) =>
        _context.ListConsumersAsync(_name, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListConsumerNamesAsync(CancellationToken cancellationToken = default) =>
        _context.ListConsumerNamesAsync(_name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteConsumerAsync(string consumer, CancellationToken cancellationToken = default) =>
        _context.DeleteConsumerAsync(_name, consumer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConsumerResetResponse> ResetConsumerAsync(string consumer, ulong seq = 0, CancellationToken cancellationToken = default) =>
        _context.ResetConsumerAsync(_name, consumer, seq, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default) =>
        Info = await _calls.InfoAsync(_name, null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<StreamMsgGetResponse> GetAsync(StreamMsgGetRequest request, CancellationToken cancellationToken = default) =>
        _calls.MessageAsync(_name, request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsMsg<T>> GetDirectAsync<T>(StreamMsgGetRequest request, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        DirectGet.ReadAsync(_context.Connection, _context.Opts, _name, request, serializer, cancellationToken);
}
