namespace Earshot.JetStream;

/// <summary>What became of the messages of a <c>RunAsync</c> that has ended.</summary>
/// <param name="Succeeded">The number of messages whose handler returned.</param>
/// <param name="Failed">The number of messages that are delivered again because their handler threw an exception or their payload could not be read.</param>
/// <param name="Terminated">The number of messages that were terminated after too many failures.</param>
/// <param name="Canceled">The number of messages that were returned to the server because their handler was cancelled.</param>
public readonly record struct NatsJSRunResult(long Succeeded, long Failed, long Terminated, long Canceled);
