using System.Globalization;
using System.Runtime.CompilerServices;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream;

/// <summary>
/// Publishes with a window: many messages are in flight, and a caller waits when there are too many. Safe for use from any thread. A
/// message that is sent again may come behind newer ones, unless <see cref="NatsJSPublisherOpts.Order"/> says otherwise.
/// </summary>
public sealed class NatsJSPublisher : IAsyncDisposable
{
    private readonly PublishCalls _calls;
    private readonly NatsJSPublisherOpts _opts;
    private readonly PublishWindow _window;
    private readonly SubjectLanes? _sides;
    private readonly string _id = Nuid.NewNuid();
    private long _ids;
    private long _stored;
    private long _failed;
    private int _isDisposed;

    internal NatsJSPublisher(PublishCalls calls, NatsJSPublisherOpts opts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxInFlightBytes, 1);
        (_calls, _opts) = (calls, opts);
        _window = new PublishWindow(opts, Left);
        _sides = opts.Order == NatsJSPublishOrder.PerSubject ? new SubjectLanes() : null;
    }

    /// <summary>Messages without an outcome.</summary>
    public int InFlight => _window.InFlight;

    /// <summary>Messages that may be without an outcome now: fewer after the server has said that it is overloaded.</summary>
    public int Window => _window.Limit;

    /// <summary>Messages that a stream has.</summary>
    public long Stored => Volatile.Read(ref _stored);

    /// <summary>Messages that were not stored, or of which that is not known.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Waits for room, and sends.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">The subject.</param>
    /// <param name="data">The value. Bytes that are handed over as they are must not change until the outcome is known; a pooled owner is handed over.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Message id, expectations, time to live, retries.</param>
    /// <param name="headers">Headers, which are never changed, and must not change until the outcome is known.</param>
    /// <param name="cancellationToken">Stops waiting for room; a message that has room is sent.</param>
    /// <returns>The ticket: await it for the outcome, or drop it.</returns>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // a full window suspends nearly every call
    public async ValueTask<NatsJSPublishTicket> PublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        opts ??= NatsJSPubOpts.Default;
        string? id = opts.MsgId;
        if (id is null && _opts.UseMsgIds && headers?.ContainsKey(PublishLines.MsgId) != true)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{_id}-{Interlocked.Increment(ref _ids)}");
        }

        PublishMessage message = _calls.Prepare(new PublishRequest<T>(subject, data, serializer, opts, headers) { MsgId = id }, cancellationToken);
        int size = message.MeasureHeaders() + message.Payload.Memory.Length;
        long number;
        try
        {
            number = await _window.EnterAsync(size, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            message.Return();
            throw;
        }

        PublishTicketState ticket = _window.TakeTicket();
        TicketOutcome outcome = ticket.Begin(message, opts, number, size);
        if (_sides?.TryEnter(ticket) != false)
        {
            _calls.Publish(message, opts, ticket);
        }

        return new NatsJSPublishTicket(outcome);
    }

    /// <summary>Waits until every message that was taken before has its outcome; see <see cref="Failed"/>.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes at the latest when the time of the last message is over.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
        await _window.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Takes no more messages, and waits for the outcome of those it has.</summary>
    /// <returns>Completes at the latest when the time of the last message is over.</returns>
    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _isDisposed, 1);
        return FlushAsync();
    }

    private void Left(PublishTicketState ticket, Exception? failure)
    {
        if (_sides?.Leave(ticket) is { } next)
        {
            _calls.Publish(next.Message, next.Opts, next);
        }

        if (failure is null)
        {
            Interlocked.Increment(ref _stored);
            return;
        }

        Interlocked.Increment(ref _failed);
        if (_opts.OnFailed is not null)
        {
            var reported = new NatsJSPublishFailure(ticket.Message.Subject, ticket.Message.MsgId, failure);
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.publisher.CallOnFailed(state.failure), (publisher: this, failure: reported), preferLocal: false);
        }
    }

    private void CallOnFailed(NatsJSPublishFailure failure)
    {
        try
        {
            _opts.OnFailed!(failure);
        }
        catch (Exception e)
        {
            _calls.CallbackFailed(e);
        }
    }
}
