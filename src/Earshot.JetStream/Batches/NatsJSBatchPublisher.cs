using Earshot.Connections;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>
/// Publishes a batch that a stream stores completely or not at all (ADR-50, since server 2.12). The messages are sent as they are added,
/// and the stream stores them when the batch is committed. A batch has at most 1,000 messages, and the server discards it when no
/// message is added for 10 s. A batch that was rejected, for example because its session was lost before the commit, can be sent again
/// with <see cref="ResendAsync"/>. Calls from several threads are processed one after another.
/// </summary>
public sealed class NatsJSBatchPublisher : IAsyncDisposable
{
    private readonly PublishCalls _calls;
    private readonly Batches.BatchEngine _engine;
    private readonly TimeSpan _timeout;
    private readonly int? _level;
    private readonly SemaphoreSlim _turn = new(1, 1);

    internal NatsJSBatchPublisher(ContextParts parts, StreamInfo info, NatsJSBatchFlowControl flow)
    {
        Stream = info.Config.Name ?? "";
        TimeSpan window = PublishResults.SafeWindow(info.Config.DuplicateWindow);
        var terms = new Batches.BatchTerms(flow.AckFirst, flow.AckEvery, Batches.BatchWriter.Limit(flow.AckTimeout), window);
        (_calls, _engine, _timeout, _level) = (new PublishCalls(parts), new Batches.BatchEngine(parts, Stream, terms), parts.Options.PublishTimeout, StreamFeatures.LevelOf(info));
    }

    /// <summary>The name of the stream.</summary>
    public string Stream { get; }

    /// <summary>The number of messages that were added.</summary>
    public int Count => _engine.Count;

    /// <summary>Whether the batch has ended: it was committed or discarded, or its outcome is unknown.</summary>
    public bool IsClosed => _engine.IsOver;

    /// <summary>Whether the batch was rejected, so that <see cref="ResendAsync"/> can send it again.</summary>
    public bool IsRejected => _engine.IsBroken;

    /// <summary>
    /// Adds a message: sends it with its number, and waits for an answer when it is the first one or one of those that
    /// <see cref="NatsJSBatchFlowControl.AckEvery"/> selects. A message of another stream ends the batch.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message, which must be one of the stream.</param>
    /// <param name="data">The value. A byte buffer must not change until the batch has ended; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations and time to live. Null: none.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the batch has ended.</param>
    /// <param name="cancellationToken">Cancels the call. When the message has been sent, it stays in the batch.</param>
    /// <returns>A task that completes when the message is in the outbound buffer, or when its answer has arrived.</returns>
    /// <exception cref="NatsJSBatchException">The batch is rejected: the session was lost, the server did not answer, or no message was added for 10 s.</exception>
    /// <exception cref="NatsJSApiException">The server rejects the batch. Nothing of it is stored.</exception>
    /// <exception cref="NatsJSPublishNoResponseException">No stream has the subject, or the stream has no leader. Nothing is stored.</exception>
    /// <exception cref="NatsJSPublishNotSentException">The message could not be written. The batch continues without it.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not know batches, and has stored the message as a single one.</exception>
    /// <exception cref="InvalidOperationException">The batch has ended, or has 1,000 messages.</exception>
    public async ValueTask AddAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSBatchMsgOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        PublishMessage message = Prepare(subject, data, serializer, opts, headers, cancellationToken);
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Adds the last message and commits the batch. When the commit is not answered and every message has a message id, the whole
    /// batch is sent again with a new id, until <see cref="NatsJSOpts.PublishTimeout"/>; the stream stores it only once.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message, which must be one of the stream.</param>
    /// <param name="data">The value. A byte buffer must not change until the call completes; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations and time to live. Null: none.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the call. Before the commit was sent, the batch stays open without the message.</param>
    /// <returns>The ack of the batch.</returns>
    /// <exception cref="NatsJSBatchException">The outcome is unknown, or the batch is rejected; see <see cref="NatsJSBatchException.Outcome"/>.</exception>
    /// <exception cref="NatsJSApiException">The server rejects the batch, for example because an expectation is not met. Nothing of it is stored.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The call was cancelled after the commit had been sent: the batch may be stored.</exception>
    public async ValueTask<NatsJSBatchAck> CommitAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSBatchMsgOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        PublishMessage message = Prepare(subject, data, serializer, opts, headers, cancellationToken);
        return await SendLastAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits the messages that were added, without a further one (since server 2.14).</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The ack of the batch.</returns>
    /// <exception cref="NatsJSBatchException">The outcome is unknown, or the batch is rejected; see <see cref="NatsJSBatchException.Outcome"/>.</exception>
    /// <exception cref="NatsJSApiException">The server rejects the batch, for example because an expectation is not met. Nothing of it is stored.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The call was cancelled after the commit had been sent: the batch may be stored.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server requires a message with the commit. Nothing was sent; use the other overload.</exception>
    /// <exception cref="InvalidOperationException">The batch is empty or has ended.</exception>
    public async ValueTask<NatsJSBatchAck> CommitAsync(CancellationToken cancellationToken = default)
    {
        if (_level is { } level && level < StreamFeature.FastBatches.Level)
        {
            throw new NatsJSFeatureNotSupportedException("commits without a message", "Nats-Batch-Commit", StreamFeature.FastBatches.Level, level);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _engine is { Count: 0, IsBroken: false, IsOver: false }
                ? throw new InvalidOperationException("The batch is empty.")
                : await _engine.CommitAsync(null, _timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Sends the messages of a rejected batch again, as a new batch, which can then be continued and committed. The message of a
    /// failed commit is not among them.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call. The batch is then rejected again.</param>
    /// <returns>A task that completes when all messages are sent.</returns>
    /// <exception cref="InvalidOperationException">The batch is not rejected, see <see cref="IsRejected"/>.</exception>
    /// <exception cref="NatsException">The batch is rejected again, for the reasons of <see cref="AddAsync"/>.</exception>
    public async ValueTask ResendAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _engine.ResendAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the batch without a commit, so that the stream stores nothing of it. Has no effect on a batch that has ended.</summary>
    /// <returns>A task that completes when the call before it has completed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _engine.Discard();
        }
        finally
        {
            _turn.Release();
        }
    }

    private ValueTask SendAsync(PublishMessage message, CancellationToken cancellationToken) =>
        MessageTelemetry.IsSendObserved ? AddObservedAsync(message, cancellationToken) : AddAsync(message, cancellationToken);

    private ValueTask<NatsJSBatchAck> SendLastAsync(PublishMessage message, CancellationToken cancellationToken) =>
        MessageTelemetry.IsSendObserved ? CommitObservedAsync(message, cancellationToken) : CommitAsync(message, cancellationToken);

    private ValueTask AddObservedAsync(PublishMessage message, CancellationToken cancellationToken) =>
        Batches.BatchTelemetry.AddAsync(message, sent => AddAsync(sent, cancellationToken));

    private ValueTask<NatsJSBatchAck> CommitObservedAsync(PublishMessage message, CancellationToken cancellationToken) =>
        Batches.BatchTelemetry.CommitAsync(message, sent => CommitAsync(sent, cancellationToken));

    private async ValueTask AddAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        await EnterAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            await _engine.AddAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<NatsJSBatchAck> CommitAsync(PublishMessage message, CancellationToken cancellationToken)
    {
        await EnterAsync(message, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _engine.CommitAsync(message, _timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private PublishMessage Prepare<T>(string subject, T? data, INatsSerialize<T>? serializer, NatsJSBatchMsgOpts? opts, NatsHeaders? headers, CancellationToken cancellationToken)
    {
        NatsJSPubOpts publish = opts?.ToPublish() ?? NatsJSPubOpts.Default;
        PublishMessage message = _calls.Prepare(new PublishRequest<T>(subject, data, serializer, publish, headers), cancellationToken);
        try
        {
            Batches.BatchLines.Check(message.Headers);
            return message;
        }
        catch
        {
            message.Return();
            throw;
        }
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
}
