using System.Runtime.CompilerServices;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream;

/// <summary>A message that a publisher has taken. It may be awaited, once or more often, or dropped: a failure is reported by the publisher as well.</summary>
public readonly struct NatsJSPublishTicket
{
    private readonly TicketOutcome? _outcome;

    internal NatsJSPublishTicket(TicketOutcome outcome) => _outcome = outcome;

    /// <summary>The message id; null without one.</summary>
    public string? MsgId => _outcome?.MsgId;

    /// <summary>Whether the outcome is known, or known to stay unknown.</summary>
    public bool IsCompleted => _outcome?.IsCompleted ?? false;

    /// <summary>The outcome: the stream's answer, or the exception that a publish would have thrown.</summary>
    /// <returns>Completes with the outcome.</returns>
    /// <exception cref="InvalidOperationException">The ticket came from no publisher.</exception>
    public Task<PubAckResponse> GetResponseAsync() => _outcome?.AsTask() ?? throw new InvalidOperationException("This ticket came from no publisher.");

    /// <summary>Awaits <see cref="GetResponseAsync"/>.</summary>
    /// <returns>The awaiter.</returns>
    public TaskAwaiter<PubAckResponse> GetAwaiter() => GetResponseAsync().GetAwaiter();
}
