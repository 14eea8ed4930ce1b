namespace Earshot.JetStream.Consuming;

/// <summary>How a handler ended.</summary>
internal enum HandlerOutcome
{
    Succeeded,
    Failed,

    /// <summary>It threw <see cref="OperationCanceledException"/> after its token had been cancelled.</summary>
    Canceled,
}
