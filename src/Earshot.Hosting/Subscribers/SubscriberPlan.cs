using Earshot.Hosting.Connections;

namespace Earshot.Hosting.Subscribers;

/// <summary>One subscriber of the application: what it reads, and how it handles a message.</summary>
/// <param name="Registration">The connection.</param>
/// <param name="Subject">The subject, with wildcards.</param>
/// <param name="QueueGroup">The queue group; null: none.</param>
/// <param name="Options">The options.</param>
/// <param name="Handler">Handles a message with the services of its scope.</param>
internal sealed record SubscriberPlan<T>(
    NatsRegistration Registration, string Subject, string? QueueGroup, NatsSubscriberOptions Options, Func<IServiceProvider, NatsMsg<T>, CancellationToken, ValueTask> Handler)
{
    /// <summary>The name in the log.</summary>
    public string Name => QueueGroup is null ? $"subscriber of {Subject}" : $"subscriber of {Subject} (queue {QueueGroup})";
}
