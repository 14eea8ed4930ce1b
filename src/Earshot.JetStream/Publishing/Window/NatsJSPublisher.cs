using System.Globalization;
using System.Runtime.CompilerServices;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream;

/// <summary>
/// Publishes messages with a limited number in flight: a publish waits when the limit is reached. Safe for use from any thread. A message
/// that is sent again may be stored after newer ones, unless <see cref="NatsJSPublisherOpts.Order"/> is set.
/// </summary>
public sealed class NatsJSPublisher : IAsyncDisposable
{
    private readonly PublishCalls _calls;
    private readonly NatsJSPublisherOpts _opts;
    private readonly PublishWindow _window;
    private readonly string _id = Nuid.NewNuid();
    private long _ids;
    private long _stored;
    private long _failed;

    internal NatsJSPublisher(PublishCalls calls, NatsJSPublisherOpts opts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxInFlightBytes, 1);
        (_calls, _opts) = (calls, opts);
        _window = new PublishWindow(opts, Left);
    }

    /// <summary>The number of messages without an outcome.</summary>
    public int InFlight => _window.InFlight;

    /// <summary>The present limit of messages without an outcome: lower than <see cref="NatsJSPublisherOpts.MaxInFlight"/> after the server was overloaded.</summary>
    public int Window => _window.Limit;

    /// <summary>The number of messages that were stored, including duplicates.</summary>
    public long Stored => Volatile.Read(ref _stored);

    /// <summary>The number of messages that were not stored, or whose outcome is unknown.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Waits until the limits allow the message, and sends it. A call that waits continues when an eighth of the limits is free.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="data">The value. A byte buffer must not change until the outcome is known; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations, time to live and retries. Null: the defaults.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the outcome is known.</param>
    /// <param name="cancellationToken">Cancels waiting; a message that has been accepted is sent.</param>
    /// <returns>The ticket of the message, which can be awaited for the outcome.</returns>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server would ignore an option of the message. Nothing was sent.</exception>
    public ValueTask<NatsJSPublishTicket> PublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        opts ??= NatsJSPubOpts.Default;
        string? id = opts.MsgId;
        bool isGenerated = id is null && _opts.UseMsgIds && headers?.ContainsKey(PublishLines.MsgId) != true;
        if (isGenerated)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{_id}-{Interlocked.Increment(ref _ids)}");
        }

        PublishMessage message = _calls.Prepare(new PublishRequest<T>(subject, data, serializer, opts, headers) { MsgId = id, IsIdGenerated = isGenerated }, cancellationToken);
        return _calls.IsDoubtful(opts) ? EnterCheckedAsync(message, opts, cancellationToken) : EnterAsync(message, opts, cancellationToken);
    }

    /// <summary>Waits until all messages accepted before the call have their outcome. See <see cref="Failed"/>.</summary>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes, at the latest, with the timeout of the last message.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
        await _window.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Accepts no more messages, and waits for the outcome of all accepted ones. A publish that still waits for the limits fails.</summary>
    /// <returns>A task that completes, at the latest, with the timeout of the last message.</returns>
    public ValueTask DisposeAsync()
    {
        _window.Close();
        return FlushAsync();
    }

    private async ValueTask<NatsJSPublishTicket> EnterCheckedAsync(PublishMessage message, NatsJSPubOpts opts, CancellationToken cancellationToken)
    {
        try
        {
            await _calls.RequireAsync(opts, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            message.Return();
            throw;
        }

        return await EnterAsync(message, opts, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<NatsJSPublishTicket> EnterAsync(in PublishMessage message, NatsJSPubOpts opts, CancellationToken cancellationToken)
    {
        PublishTicketState ticket = _window.TakeTicket();
        TicketOutcome outcome = ticket.Begin(message, opts, message.MeasureHeaders() + message.Payload.Memory.Length);
        ValueTask<long> entering = _window.EnterAsync(ticket, cancellationToken);
        return entering.IsCompletedSuccessfully
            ? new ValueTask<NatsJSPublishTicket>(Send(ticket, entering.Result, outcome))
            : WaitAsync(entering, ticket, outcome);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<NatsJSPublishTicket> WaitAsync(ValueTask<long> entering, PublishTicketState ticket, TicketOutcome outcome)
    {
        long number;
        try
        {
            number = await entering.ConfigureAwait(false);
        }
        catch
        {
            ticket.Message.Return();
            _window.Return(ticket);
            throw;
        }

        return Send(ticket, number, outcome);
    }

    // The ticket may be used for another message as soon as the publish has begun.
    private NatsJSPublishTicket Send(PublishTicketState ticket, long number, TicketOutcome outcome)
    {
        if (_opts.Order == NatsJSPublishOrder.None)
        {
            _calls.Publish(ticket.Message, ticket.Opts, ticket);
        }
        else
        {
            HeldPublish held = _calls.Hold(ticket.Message, ticket.Opts, ticket);
            if (_window.IsFirst(ticket, number, held))
            {
                held.Release();
            }
        }

        return new NatsJSPublishTicket(outcome);
    }

    private void Left(PublishTicketState ticket, Exception? failure)
    {
        if (failure is null)
        {
            Interlocked.Increment(ref _stored);
            return;
        }

        Interlocked.Increment(ref _failed);
        if (_opts.OnFailed is not null)
        {
            var ended = new NatsJSPublishFailure(ticket.Message.Subject, ticket.Message.MsgId, failure);
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.publisher.ReportFailure(state.ended), (publisher: this, ended), preferLocal: false);
        }
    }

    private void ReportFailure(NatsJSPublishFailure failure)
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
