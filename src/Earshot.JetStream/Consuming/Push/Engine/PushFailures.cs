namespace Earshot.JetStream.Consuming;

/// <summary>Creates the exceptions of push consumers.</summary>
internal static class PushFailures
{
    private const int Conflict = 409;
    private const string PushBased = "Consumer is push based";

    /// <summary>Returns the exception of a read that has ended; null when it ended without one.</summary>
    public static Exception? Of(ConsumerOrigin origin, PushMachine machine, Exception? connectionError) => machine.Ending switch
    {
        PullEnding.Connection => connectionError,
        PullEnding.Lost => Lost(origin, machine.Loss, machine.LostBy),
        _ => null,
    };

    /// <summary>The exception of a call that only pull consumers have. It is the server's answer to a pull request to a push consumer.</summary>
    public static NatsJSProtocolException IsPush(string stream, string consumer) => new(
        $"The consumer '{consumer}' of stream '{stream}' is a push consumer: it delivers by itself and cannot be pulled from.",
        Conflict, NatsHeaders.Messages.ConsumerIsPushBased, PushBased);

    /// <summary>The exception of a pull consumer that is used as a push consumer.</summary>
    public static NatsJSProtocolException IsPull(string stream, string consumer) => new(
        $"The consumer '{consumer}' of stream '{stream}' is a pull consumer: it has no deliver subject.", 0, NatsHeaders.Messages.Text, "");

    private static NatsJSConsumerLostException Lost(ConsumerOrigin origin, LostReason reason, in PullStatus status)
    {
        string name = $"consumer '{origin.Name}' of stream '{origin.Stream}'";
        string answer = status.Code == 0 ? "" : $" The server sent the status {status.Code} {status.Description}.";
        NatsHeaders.Messages known = status.Kind == PullStatusKind.ConsumerDeleted ? NatsHeaders.Messages.ConsumerDeleted : NatsHeaders.Messages.Text;
        string text = reason switch
        {
            LostReason.ConsumerDeleted => $"The {name} was deleted.{answer}",
            LostReason.StreamDeleted => $"The stream of {name} was deleted.{answer}",
            _ => $"The {name} is gone, and the server rejects its configuration when it is created again.{answer}",
        };
        return new NatsJSConsumerLostException(text, reason, status.Code, known, status.Description ?? "");
    }
}
