using System.Runtime.CompilerServices;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream;

/// <summary>A message accepted by a publisher. It may be awaited, any number of times, or ignored: the publisher also reports failures.</summary>
public readonly struct NatsJSPublishTicket
{
    private readonly TicketOutcome? _outcome;

    internal NatsJSPublishTicket(TicketOutcome outcome) => _outcome = outcome;

    /// <summary>The message id; null when the message has none.</summary>
    public string? MsgId => _outcome?.MsgId;

    /// <summary>Whether the publish has ended, with a known or an unknown outcome.</summary>
    public bool IsCompleted => _outcome?.IsCompleted ?? false;

    /// <summary>Waits for the outcome of the publish. Throws the exceptions of <see cref="INatsJSContext.PublishAsync"/>.</summary>
    /// <returns>The ack of the stream.</returns>
    /// <exception cref="InvalidOperationException">The ticket was not created by a publisher.</exception>
    public Task<PubAckResponse> GetResponseAsync() => _outcome?.AsTask() ?? throw new InvalidOperationException("The ticket was not created by a publisher.");

    /// <summary>Returns an awaiter of <see cref="GetResponseAsync"/>.</summary>
    /// <returns>The awaiter of the outcome.</returns>
    public TaskAwaiter<PubAckResponse> GetAwaiter() => GetResponseAsync().GetAwaiter();
}
