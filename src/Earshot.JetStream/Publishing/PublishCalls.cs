using Earshot.Connections;
using Earshot.JetStream.Requests;
using Earshot.Serialization;

namespace Earshot.JetStream.Publishing;

/// <summary>The publishes of one context: validates arguments and creates messages.</summary>
internal sealed class PublishCalls(ContextParts parts)
{
    private PublishEngine? _engine; // created by the first publish
    private volatile bool _hasLevels; // known of the server

    private PublishEngine Engine => _engine ??= PublishEngine.Of(parts);

    public ValueTask<PubAckResponse> PublishAsync<T>(in PublishRequest<T> request, CancellationToken cancellationToken)
    {
        if (IsDoubtful(request.Opts))
        {
            return PublishCheckedAsync(request, cancellationToken);
        }

        return SendAsync(Prepare(request, cancellationToken), request.Opts, cancellationToken);
    }

    /// <summary>Whether a server that ignores an option would store the message nevertheless, and the connected server may be one.</summary>
    public bool IsDoubtful(NatsJSPubOpts opts) =>
        (opts.Ttl is not null || opts.ExpectedLastSubjectSequenceSubject is not null) && !_hasLevels && ApiLevels.MayBeMissing(parts);

    /// <summary>Checks that the server has the options of a publish, before it is sent.</summary>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server would ignore an option.</exception>
    public async ValueTask RequireAsync(NatsJSPubOpts opts, CancellationToken cancellationToken)
    {
        (string feature, string header) = opts.Ttl is not null
            ? ("the time to live of a message", "Nats-TTL")
            : ("an expectation about another subject", "Nats-Expected-Last-Subject-Sequence-Subject");
        await ApiLevels.RequireAsync(parts, feature, header, 1, cancellationToken).ConfigureAwait(false);
        _hasLevels = true;
    }

    /// <summary>Sends a message created by <see cref="Prepare"/>.</summary>
    public void Publish(in PublishMessage message, NatsJSPubOpts opts, IPublishObserver observer)
    {
        PublishMessage sent = message;
        ObservedPublish.Begin(ref sent, ref observer);
        Engine.Publish(sent, Terms(opts, sent), opts.Timeout ?? parts.Options.PublishTimeout, observer);
    }

    /// <summary>Begins to publish a message created by <see cref="Prepare"/>, which is sent when it is released.</summary>
    public HeldPublish Hold(in PublishMessage message, NatsJSPubOpts opts, IPublishObserver observer)
    {
        PublishMessage sent = message;
        ObservedPublish.Begin(ref sent, ref observer);
        return Engine.Hold(sent, Terms(opts, sent), opts.Timeout ?? parts.Options.PublishTimeout, observer);
    }

    /// <summary>Validates all arguments before a buffer is rented. The caller transfers the ownership of an <c>IMemoryOwner</c>, which is disposed when the call throws.</summary>
    public PublishMessage Prepare<T>(in PublishRequest<T> request, CancellationToken cancellationToken)
    {
        string? id;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            parts.Port.Check(request.Subject, request.Headers);
            if (request.Opts.Timeout is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(nameof(NatsJSPubOpts), timeout, "NatsJSPubOpts.Timeout must be above zero, or Timeout.InfiniteTimeSpan.");
            }

            id = PublishLines.Check(request.Opts, request.MsgId, request.Headers);
        }
        catch
        {
            PayloadForm.Release(request.Data!);
            throw;
        }

        NatsHeaders? headers = request.Headers;
        var payload = RetainedPayload.Of(request.Data, request.Serializer ?? parts.Port.Serializer<T>(), request.Subject, ref headers);
        (byte[]? lines, int length) = PublishLines.Write(request.Opts, request.MsgId, request.Increment);
        return new PublishMessage
        {
            Context = parts,
            Subject = request.Subject,
            Headers = headers,
            Payload = payload,
            Lines = lines,
            LinesLength = length,
            MsgId = id,
            IsIdGenerated = request.IsIdGenerated,
        };
    }

    /// <summary>Reports an exception that a callback of the application threw.</summary>
    public void CallbackFailed(Exception exception) =>
        parts.Port.Append(new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.Callback });

    private async ValueTask<PubAckResponse> PublishCheckedAsync<T>(PublishRequest<T> request, CancellationToken cancellationToken)
    {
        PublishMessage message = Prepare(request, cancellationToken);
        try
        {
            await RequireAsync(request.Opts, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            message.Return();
            throw;
        }

        return await SendAsync(message, request.Opts, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<PubAckResponse> SendAsync(in PublishMessage message, NatsJSPubOpts opts, CancellationToken cancellationToken) => MessageTelemetry.IsSendObserved
        ? SendObservedAsync(message, opts, cancellationToken)
        : Engine.PublishAsync(message, Terms(opts, message), opts.Timeout ?? parts.Options.PublishTimeout, cancellationToken);

    private async ValueTask<PubAckResponse> SendObservedAsync(PublishMessage message, NatsJSPubOpts opts, CancellationToken cancellationToken)
    {
        SendOperation operation = PublishTelemetry.Begin(ref message);
        try
        {
            PubAckResponse ack = await Engine.PublishAsync(message, Terms(opts, message), opts.Timeout ?? parts.Options.PublishTimeout, cancellationToken).ConfigureAwait(false);
            PublishTelemetry.End(operation, ack);
            return ack;
        }
        catch (Exception e)
        {
            PublishTelemetry.End(operation, e);
            throw;
        }
    }

    private static PublishTerms Terms(NatsJSPubOpts opts, in PublishMessage message) => new()
    {
        HasId = message.MsgId is not null,
        MaxAttempts = opts.RetryAttempts,
        AsksForStream = opts.FailFastWithoutStream,
        FixedDelay = opts.RetryWaitBetweenAttempts,
    };
}
