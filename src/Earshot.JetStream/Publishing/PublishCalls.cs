using Earshot.JetStream.Requests;
using Earshot.Serialization;

namespace Earshot.JetStream.Publishing;

/// <summary>The publishes of one context: validates arguments and creates messages.</summary>
internal sealed class PublishCalls(ContextParts parts)
{
    private PublishEngine? _engine; // created by the first publish

    private PublishEngine Engine => _engine ??= PublishEngine.Of(parts);

    public ValueTask<PubAckResponse> PublishAsync<T>(in PublishRequest<T> request, CancellationToken cancellationToken)
    {
        PublishMessage message = Prepare(request, cancellationToken);
        return Engine.PublishAsync(message, Terms(request.Opts, message), request.Opts.Timeout ?? parts.Options.PublishTimeout, cancellationToken);
    }

    /// <summary>Sends a message created by <see cref="Prepare"/>.</summary>
    public void Publish(in PublishMessage message, NatsJSPubOpts opts, IPublishObserver observer) =>
        Engine.Publish(message, Terms(opts, message), opts.Timeout ?? parts.Options.PublishTimeout, observer);

    /// <summary>Begins to publish a message created by <see cref="Prepare"/>, which is sent when it is released.</summary>
    public HeldPublish Hold(in PublishMessage message, NatsJSPubOpts opts, IPublishObserver observer) =>
        Engine.Hold(message, Terms(opts, message), opts.Timeout ?? parts.Options.PublishTimeout, observer);

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
        (byte[]? lines, int length) = PublishLines.Write(request.Opts, request.MsgId);
        return new PublishMessage
        {
            Context = parts,
            Subject = request.Subject,
            Headers = headers,
            Payload = payload,
            Lines = lines,
            LinesLength = length,
            MsgId = id,
        };
    }

    /// <summary>Reports an exception that a callback of the application threw.</summary>
    public void CallbackFailed(Exception exception) =>
        parts.Port.Append(new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.Callback });

    private static PublishTerms Terms(NatsJSPubOpts opts, in PublishMessage message) => new()
    {
        HasId = message.MsgId is not null,
        MaxAttempts = opts.RetryAttempts,
        AsksForStream = opts.FailFastWithoutStream,
        FixedDelay = opts.RetryWaitBetweenAttempts,
    };
}
