using System.Globalization;
using Earshot.Connections;
using Earshot.JetStream.Batches;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>
/// Publishes many messages to one stream in strict order and without waiting for each ack (fast batch, ADR-50, since server 2.14): one ack
/// confirms all messages before it. Messages are stored as they arrive; a batch is not stored as a whole, unlike that of
/// <see cref="NatsJSBatchPublisher"/>. When a session or the leader of the stream is lost, the messages without an ack are sent again, if
/// they have message ids. Calls from several threads are processed one after another.
/// </summary>
public sealed class NatsJSFastPublisher : IAsyncDisposable
{
    private readonly PublishCalls _calls;
    private readonly FastEngine _engine;
    private readonly NatsJSFastPublisherOpts _opts;
    private readonly FastTimer _timer;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _id = Nuid.NewNuid();
    private long _ids;

    internal NatsJSFastPublisher(ContextParts parts, StreamInfo info, NatsJSFastPublisherOpts opts)
    {
        (Stream, _opts, _calls, _engine) = (info.Config.Name ?? "", opts, new PublishCalls(parts), new FastEngine(parts, info, opts, new BatchLink(parts.Port) { Ended = Tick }));
        _timer = new FastTimer(parts.Port.Timers, Tick);
    }

    /// <summary>The name of the stream.</summary>
    public string Stream { get; }

    /// <summary>The number of messages that were added.</summary>
    public long Count => _engine.State is var state ? state.Base + state.Added : 0;

    /// <summary>The number of messages from the start of the batch that the server has acknowledged, as of the last call or ping.</summary>
    public long Acked => _engine.State is var state ? state.Base + state.Acked : 0;

    /// <summary>The number of messages that are not stored although the batch continues, in the mode <see cref="NatsJSFastMode.Ok"/>.</summary>
    public long Lost => _engine.State.Lost;

    /// <summary>Whether the batch has ended.</summary>
    public bool IsClosed => _engine.IsOver;

    /// <summary>
    /// Adds a message and sends it. The first call waits for the ack of the server; later ones wait while
    /// <see cref="NatsJSFastPublisherOpts.MaxOutstandingAcks"/> acks are outstanding.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message, which must be one of the stream.</param>
    /// <param name="data">The value. A byte buffer must not change until the batch has ended; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations and time to live. Null: none.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the batch has ended.</param>
    /// <param name="cancellationToken">Cancels waiting. The message stays in the batch, and is sent later.</param>
    /// <returns>A task that completes when the message is in the outbound buffer.</returns>
    /// <exception cref="NatsJSBatchException">The batch has ended early; <see cref="NatsJSBatchException.Stored"/> messages are stored.</exception>
    /// <exception cref="NatsJSApiException">The server rejects the batch. Nothing of it is stored.</exception>
    /// <exception cref="NatsJSPublishNoResponseException">No stream has the subject of the first message, or the stream has no leader. Nothing is stored.</exception>
    /// <exception cref="NatsJSPublishNotSentException">The message could not be written, and the batch has ended. All messages before it are stored.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The message is larger than the server allows. The batch continues without it.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not know fast batches, and has stored the message as a single one.</exception>
    /// <exception cref="InvalidOperationException">The batch has ended.</exception>
    public async ValueTask AddAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSBatchMsgOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        PublishMessage message = Prepare(subject, data, serializer, opts, headers, cancellationToken);
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the last message, ends the batch, and waits until all messages have their ack, for at most <see cref="NatsJSOpts.PublishTimeout"/>.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message, which must be one of the stream.</param>
    /// <param name="data">The value. A byte buffer must not change until the call completes; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations and time to live. Null: none.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the call, and ends the batch.</param>
    /// <returns>The ack of the batch.</returns>
    /// <exception cref="NatsJSBatchException">Not all messages are stored, or that is unknown; <see cref="NatsJSBatchException.Stored"/> messages are.</exception>
    /// <exception cref="NatsJSApiException">The server rejects the batch. Nothing of it is stored.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The call was cancelled: messages without an ack may be stored.</exception>
    /// <exception cref="InvalidOperationException">The batch has ended.</exception>
    public async ValueTask<NatsJSBatchAck> CommitAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSBatchMsgOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        PublishMessage message = Prepare(subject, data, serializer, opts, headers, cancellationToken);
        return await SendLastAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the batch without a further message, and waits until all messages have their ack, for at most <see cref="NatsJSOpts.PublishTimeout"/>.</summary>
    /// <param name="cancellationToken">Cancels the call, and ends the batch.</param>
    /// <returns>The ack of the batch.</returns>
    /// <exception cref="NatsJSBatchException">Not all messages are stored, or that is unknown; <see cref="NatsJSBatchException.Stored"/> messages are.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The call was cancelled: messages without an ack may be stored.</exception>
    /// <exception cref="InvalidOperationException">The batch is empty or has ended.</exception>
    public async ValueTask<NatsJSBatchAck> CommitAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Count == 0 && !IsClosed
                ? throw new InvalidOperationException("The batch is empty.")
                : await _engine.CommitAsync(null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Ends the batch without a commit. Messages that were sent may be stored. Has no effect on a batch that has ended.</summary>
    /// <returns>A task that completes when the call before it has completed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _engine.Close();
        }
        finally
        {
            Leave();
        }
    }

    private ValueTask SendAsync(PublishMessage message, CancellationToken cancellationToken) =>
        MessageTelemetry.IsSendObserved ? AddObservedAsync(message, cancellationToken) : AddAsync(message, cancellationToken);

    private ValueTask<NatsJSBatchAck> SendLastAsync(PublishMessage message, CancellationToken cancellationToken) =>
        MessageTelemetry.IsSendObserved ? CommitObservedAsync(message, cancellationToken) : CommitAsync(message, cancellationToken);

    private ValueTask AddObservedAsync(PublishMessage message, CancellationToken cancellationToken) =>
        BatchTelemetry.AddAsync(message, sent => AddAsync(sent, cancellationToken));

    private ValueTask<NatsJSBatchAck> CommitObservedAsync(PublishMessage message, CancellationToken cancellationToken) =>
        BatchTelemetry.CommitAsync(message, sent => CommitAsync(sent, cancellationToken));

    private async ValueTask AddAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        await EnterAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            await _engine.AddAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private async ValueTask<NatsJSBatchAck> CommitAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        await EnterAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _engine.CommitAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private PublishMessage Prepare<T>(string subject, T? data, INatsSerialize<T>? serializer, NatsJSBatchMsgOpts? opts, NatsHeaders? headers, CancellationToken cancellationToken)
    {
        NatsJSPubOpts publish = opts?.ToPublish() ?? NatsJSPubOpts.Default;
        string? id = publish.MsgId;
        if (id is null && _opts.UseMsgIds && headers?.ContainsKey(PublishLines.MsgId) != true)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{_id}-{Interlocked.Increment(ref _ids)}");
        }

        return _calls.Prepare(new PublishRequest<T>(subject, data, serializer, publish, headers) { MsgId = id }, cancellationToken);
    }

    private async ValueTask EnterAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            message.Return();
            throw;
        }
    }

    private void Tick() => ThreadPool.UnsafeQueueUserWorkItem(static publisher => _ = publisher.TickAsync(), this, preferLocal: false);

    private async Task TickAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await _engine.TickAsync().ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        _timer.Set(_engine.Due);
        _turn.Release();
    }
}
