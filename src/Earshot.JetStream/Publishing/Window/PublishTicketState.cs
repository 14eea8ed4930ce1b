namespace Earshot.JetStream.Publishing;

/// <summary>One message of a publisher, from its acceptance to its outcome.</summary>
internal sealed class PublishTicketState(PublishWindow window, PublishMessage message, NatsJSPubOpts opts, long number)
    : TaskCompletionSource<PubAckResponse>(TaskCreationOptions.RunContinuationsAsynchronously), IPublishObserver
{
    public PublishMessage Message { get; } = message;

    public NatsJSPubOpts Opts { get; } = opts;

    /// <summary>Numbers the messages of a publisher.</summary>
    public long Number { get; } = number;

    public int Size { get; } = message.MeasureHeaders() + message.Payload.Memory.Length;

    public Task<PubAckResponse> Outcome => Task;

    public void SlowedDown() => window.SlowDown();

    public void Completed(PubAckResponse? ack, Exception? exception)
    {
        if (exception is null)
        {
            TrySetResult(ack!);
        }
        else
        {
            TrySetException(exception);
            _ = Task.Exception; // it may never be awaited: the publisher reports the failure
        }

        window.Left(this, exception ?? (ack!.Error is { } error ? NatsJSApiException.Of(error) : null));
    }
}
